"""Proper names, dates and other tokens of form, with names held out for dev and for test."""

from __future__ import annotations

FEMALE_NAMES = "Anna Mary Julia Clara Emma Rosa Nina Laura Eva Grace Lily Sofia | Matilda Henrietta Yolanda | Josephine Gwendolyn Beatrice"  # noqa: E501
MALE_NAMES = "Tom Peter David Mark Paul Henry Oscar Simon Jack Felix Hugo Bill Will Frank | Leopold Sebastian Gilbert | Montgomery Ferdinand Reginald"  # noqa: E501
SURNAMES = "Baker Miller Brown Hill Young Stone Carter Fisher Wood Long Price Berg Lang Rossi Novak Silva Moreno | Lindqvist Abernathy Okonkwo Petrov | Blackwell Fernandez Ivanova Hawthorne"  # noqa: E501
CITIES = "London Paris Berlin Rome Madrid Vienna Boston Chicago Lisbon Oslo Athens | Edinburgh Stuttgart Melbourne | Barcelona Copenhagen Philadelphia"  # noqa: E501
COUNTRIES = (
    "France Italy Spain Japan Brazil Egypt Canada India Norway China | Switzerland Mozambique | Argentina Kazakhstan"
)
COMPANIES = "Northwind Bluestone Redwood Silverline | Greenfield Ironbridge | Oakhurst Brightwater"
TITLES = "Mr. Mrs. Dr. Ms."
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
MONTHS = "January February March April May June July August September October November December"
NUMBER_WORDS = "two three four five six seven eight nine ten eleven twelve twenty thirty fifty"
ORDINALS = "first second third fourth last"
