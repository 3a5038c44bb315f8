// What the page offers to try: a name, then the words; the first of each is what it opens with.
export const EXAMPLES = {
  text: [
    ["a relative clause", "The old man who lives near the river sold a boat to his sister."],
    ["three sentences", "Did it rain all night? The cellar stayed dry. Nobody, not even the cat, had noticed."],
    ["a question", "Which song did you say the children wanted to sing?"],
    ["names and numbers", "On 3 May, Ms. Okafor flew from Lagos to Oslo for $412.50 and didn't regret it."],
    ["long and nested", "Although the museum that my aunt had founded was closed years ago, the people who worked there " +
      "still meet every spring, because they believe that what they began together should not be forgotten."],
  ],
  pair: [
    ["said differently", "The old farmer washed the horse.", "A horse was washed by an old farmer."],
    ["more general", "A woman is playing a violin in the park.", "A woman is making music outside."],
    ["opposite", "The children are sleeping in the tent.", "No children are sleeping in the tent."],
    ["unrelated", "The baker is counting coins.", "Two boats are leaving the harbour."],
  ],
};
