"""The compose file, Prometheus, Grafana and the dashboard agree with each other and with what the service exports."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from jmt.cli.annotating import serve
from jmt.serve.contract.endpoints import ENDPOINTS
from jmt.serve.settings import Settings
from tests.assets.dockerfile import read_dockerfile
from tests.repository.source import ROOT
from tests.unit.serve.served import JSON, served

SERVE = ROOT / "serve" / "deploy"
COMPOSE = yaml.safe_load((SERVE / "compose.yaml").read_text(encoding="utf-8"))
PROMETHEUS = yaml.safe_load((SERVE / "prometheus.yml").read_text(encoding="utf-8"))
SOURCES = yaml.safe_load((SERVE / "grafana" / "datasources.yaml").read_text(encoding="utf-8"))
PROVIDERS = yaml.safe_load((SERVE / "grafana" / "dashboards.yaml").read_text(encoding="utf-8"))
DASHBOARD = json.loads((SERVE / "dashboard.json").read_text(encoding="utf-8"))
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = {f"{panel['title']} {target['refId']}": target["expr"] for panel in PANELS for target in panel["targets"]}
FUNCTIONS = {"sum", "min", "count", "rate", "by", "histogram_quantile", "vector", "clamp_min", "or"}


@pytest.fixture(scope="module")
def exported() -> dict[str, set[str]]:
    """Every series of the service by its full name, with the labels it has, after each kind of event has happened."""
    with served() as client:
        metrics = client.app.service.metrics  # type: ignore[attr-defined]
        client.post("/v1/annotate", json={"texts": ["a cat ."]}, headers=JSON)
        metrics.on_rejected("queue")
        metrics.on_cancelled("waiting")
        metrics.on_failure(ValueError())
        text = client.get("/metrics").text
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {sample.name: set(sample.labels) for sample in samples if not sample.name.endswith("_created")}


def series_of(expression: str) -> set[str]:
    return set(re.findall(r"\bjmt_\w+", expression))


def selected_by(expression: str) -> Iterator[tuple[str, str]]:
    """Series that an expression selects from, each with a label that it selects by."""
    for name, selector in re.findall(r"\b(jmt_\w+)\{([^}]*)\}", expression):
        yield from ((name, label) for label in re.findall(r"(\w+)\s*[=!]", re.sub(r'"[^"]*"', '""', selector)))


def grouped_by(expression: str) -> set[str]:
    """Labels that an expression groups by."""
    return {label for group in re.findall(r"\bby \(([^)]*)\)", expression) for label in group.split(", ")}


@pytest.mark.parametrize("place", EXPRESSIONS)
def test_a_panel_asks_for_series_and_labels_that_the_service_exports(place: str, exported: dict[str, set[str]]):
    expression = EXPRESSIONS[place]
    asked = series_of(expression)

    assert asked
    assert asked <= exported.keys()
    assert [(name, label) for name, label in selected_by(expression) if label not in exported[name]] == []
    assert all(grouped_by(expression) <= exported[name] for name in asked)


@pytest.mark.parametrize("place", EXPRESSIONS)
def test_a_panel_treats_each_kind_of_number_as_what_it_is(place: str, exported: dict[str, set[str]]):
    """Counters only as rates, over a window that Grafana fits to the scrape interval; buckets only as quantiles."""
    expression = EXPRESSIONS[place]
    for name in series_of(expression):
        is_counter = name.endswith(("_total", "_bucket", "_sum", "_count"))
        rated = re.search(rf"rate\({name}(\{{[^}}]*\}})?\[\$__rate_interval\]\)", expression)
        assert bool(rated) == is_counter, name
        assert name.endswith("_bucket") == ("histogram_quantile" in expression)


@pytest.mark.parametrize("place", EXPRESSIONS)
def test_an_expression_has_its_brackets_closed_and_no_function_that_is_unknown_here(place: str):
    expression = re.sub(r'"[^"]*"', '""', EXPRESSIONS[place])

    for one, other in ("()", "[]", "{}"):
        assert expression.count(one) == expression.count(other)
    assert set(re.findall(r"\b([a-z_]+) ?\(", expression)) <= FUNCTIONS


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_the_legend_names_labels_that_are_left(panel: dict[str, Any]):
    for target in panel["targets"]:
        kept = grouped_by(target["expr"]) - {"le"}  # a quantile has used it up
        assert set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) <= kept


def test_everything_that_is_measured_is_on_the_dashboard(exported: dict[str, set[str]]):
    shown = {re.sub(r"_(bucket|sum|count)$", "", name) for text in EXPRESSIONS.values() for name in series_of(text)}

    assert {re.sub(r"_(bucket|sum|count)$", "", name) for name in exported} - shown == set()


def test_panels_say_what_they_show_and_in_which_unit_and_lie_beside_each_other():
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    assert [panel["title"] for panel in PANELS if not panel["description"]] == []
    assert [panel["title"] for panel in PANELS if not panel["fieldConfig"]["defaults"]["unit"]] == []
    for one, other in combinations((panel["gridPos"] for panel in DASHBOARD["panels"]), 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        below = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or below, (one, other)
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in DASHBOARD["panels"])


def test_every_panel_asks_the_source_that_is_provisioned():
    (source,) = SOURCES["datasources"]
    asked = {part["datasource"]["uid"] for panel in PANELS for part in (panel, *panel["targets"])}

    assert asked == {source["uid"]}
    assert source["url"] == "http://prometheus:9090"
    assert "prometheus" in COMPOSE["services"]
    assert source["jsonData"]["timeInterval"] == PROMETHEUS["global"]["scrape_interval"]


def test_prometheus_asks_the_service_where_it_listens():
    (job,) = PROMETHEUS["scrape_configs"]
    (target,) = job["static_configs"][0]["targets"]
    name, _, port = target.partition(":")

    assert name in COMPOSE["services"]
    assert port == read_dockerfile(SERVE / "Dockerfile")[-1].last("EXPOSE").rest
    assert ("GET", job["metrics_path"]) in {(endpoint.method, endpoint.path) for endpoint in ENDPOINTS}


def test_every_file_that_compose_mounts_or_builds_from_exists():
    mounted = [
        volume.split(":")[0]
        for service in COMPOSE["services"].values()
        for volume in service.get("volumes", [])
        if volume.startswith(".")
    ]
    build = COMPOSE["services"]["jmt"]["build"]

    assert len(mounted) == 4
    assert [path for path in mounted if not (SERVE / path).is_file()] == []
    assert (SERVE / build["context"]).resolve() == ROOT
    assert (ROOT / build["dockerfile"]).is_file()


def test_volumes_with_a_name_are_declared():
    used = {
        volume.split(":")[0]
        for service in COMPOSE["services"].values()
        for volume in service.get("volumes", [])
        if not volume.startswith(".")
    }

    assert used == set(COMPOSE["volumes"])


def test_grafana_finds_the_dashboard_where_it_is_mounted():
    grafana = COMPOSE["services"]["grafana"]
    (place,) = [v.split(":")[1] for v in grafana["volumes"] if v.startswith("./dashboard.json:")]
    (provider,) = PROVIDERS["providers"]

    assert grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"] == place
    assert place.startswith(provider["options"]["path"] + "/")


def test_nothing_is_published_to_others_and_no_image_moves():
    for name, service in COMPOSE["services"].items():
        assert all(port.startswith("127.0.0.1:") for port in service["ports"]), name
        assert name == "jmt" or re.search(r":v?\d+\.\d+\.\d+$", service["image"])


def test_the_service_in_compose_gets_flags_that_it_knows_and_no_more_rights_than_it_needs():
    service = COMPOSE["services"]["jmt"]
    parser = argparse.ArgumentParser(exit_on_error=False)
    serve.add_arguments(parser)

    assert parser.parse_args(service["command"]).insecure_no_auth
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]


def test_compose_waits_longer_for_the_end_than_the_service_takes_to_drain():
    grace = int(COMPOSE["services"]["jmt"]["stop_grace_period"].removesuffix("s"))

    assert grace > Settings().drain_delay_seconds + Settings().drain_seconds
