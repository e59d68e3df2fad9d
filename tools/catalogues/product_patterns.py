"""Sentence patterns and names of the product generator: see `tools.catalogues.wording.fill` for the notation."""

TITLES = {
    "model": (
        "{title_brand} {name} {kind} {type}, {size}{colour_end}",
        "{title_brand} {name} {kind} {type} with {bare1}",
        "{kind} {type} by {title_brand}, {name} – {size}{colour_end}",
        "{title_brand} {name} {type} – {kind}, {size}, {bare1}",
        "{title_brand} {kind} {type} {use}, {size}",
    ),
    "range": (
        "{title_brand} {name} {kind} {type}, {size}{colour_end}",
        "{name} {kind} {type} with {bare1}{colour_end}",
        "{kind} {type} from {title_brand}'s {name} range, {size}",
        "{title_brand} {kind} {type} – {size}{colour_end}",
        "{name} {kind} {type} in {colour_word} by {title_brand}, {size}",
    ),
    "plain": (
        "{title_brand} {kind} {type} with {bare1}, {size}",
        "{title_brand} {kind} {type} {use} – {size}{colour_end}",
        "{kind} {type} by {title_brand}{colour_end}, {size}",
        "{title_brand} {kind} {type}, {bare1} and {bare2}",
        "{title_brand} {kind} {type} ({size}{colour_end})",
    ),
    "recipe": (
        "{title_brand} {kind} {type}, {size}",
        "{kind} {type} with {bare1} – {title_brand}, {size}",
        "{title_brand} {kind} {type} {use} ({size})",
        "{kind} {type} by {title_brand}, {size}",
    ),
    "book": (
        "{name} – {a title_kind} {type} by {author} ({size})",
        "{name}: {a title_kind} {type}, {author}",
        "{name} by {author} – {kind} {type}, {size}",
        "{author}, {name} ({kind} {type}, {size})",
    ),
}

OPENINGS = {
    "goods": (
        "{^a_thing} that {does1} and {does2}.",
        "{^a_thing} with {feature1}, made to {do1}.",
        "{^this} {does1} and {does2}.",
        "With {feature1} and {feature2}, {this} {is} ready to {do1}.",
        "[Made|Designed|Intended] {use}, {this} {does1}.",
        "Looking for {a_type} {use}? {^this_one} {does1}.",
        "{brand} [designed|shaped|drew up] {this} to {do1} and {do2}.",
        "{brand}'s {kind} {type} {does1}, and [there {is1} {feature1} to go with that|{feature1} {comes1} with {them}].",
        "When you need {a_type} to {do1}, {this_one} {is} hard to beat.",
        "[A favourite|A sound pick|A good choice] {use}: {it} {does1} and {does2}.",
        "We asked for {a_type} that would {do1}; {brand} [answered|obliged] with {feature1} and {feature2}.",
        "{^feature1}, {feature2} and a {colour_word} finish: {a_thing} {use}.",
        "{^it} {does1}. {^it} {does2}. {^it} even {has} {feature1}.",
        "[Simple idea, done well|No fuss|The short version]: {a_thing} with {feature1} that {does1}.",
        "{^feature1} {sets1} {this} apart, and {it} {does1} too.",
        "Our {kind} {type} {comes} with {feature1} and {does1}.",
        "Give {this} a try {use} – {it} {does1}.",
        "The {name} {has} {feature1}, so you can count on {them} to {do1}.",
        "Some {kind} {types} only {look} the part; {this_one} {does1}.",
        "If you want {a_thing} {use}, start here: {feature1}, {feature2} and plenty of thought behind both.",
    ),
    "recipe": (
        "{^a_thing} with {feature1}, made to {do1}.",
        "{^this} {does1} and {does2}.",
        "{brand} makes {this} to {do1}, with {feature1} and nothing showy.",
        "[Made|Blended|Created] {use}, {this} {does1}.",
        "{^it} {does1}, {it} {does2}, and the label hides nothing.",
        "Looking for {a_type} {use}? {^this_one} {does1}.",
        "With {feature1} and {feature2}, {this} {is} [a small treat|an easy habit|a shelf regular] {use}.",
        "[A favourite|A sound pick|A regular order] {use}: {it} {does1}.",
        "Think {kind} {types} {are} dull? With {feature1}, {this_one} {does1}.",
        "{^feature1} {comes1} first, {feature2} second; together they make {a_type} to {do1}.",
        "Customers tell us that {it} {does1}, and that {it} {does2}.",
    ),
    "book": (
        "{^a_thing} with {feature1} and {feature2}, written to {do1}.",
        "{author} returns with {a_thing} that {does1} and {does2}.",
        "{^feature1}, {feature2}: {author} has written {a_type} that {does1}.",
        "In {name}, {author} gives readers {feature1} and {feature2}.",
        "Perfect {use}, {this} {does1}.",
        "{^this} {does1}. {^it} also {does2}.",
        "What do {feature1} and {feature2} have in common? {name}, {a_type} that {does1}.",
        "{author}'s {kind} {type} {does1}, with {feature1} along the way.",
        "Pick it up {use}; finish it because it {does1}.",
    ),
}

MIDDLES = {
    "goods": (
        "{^feature3} {comes3} as standard.",
        "You also get {feature3}.",
        "Details include {feature3} and {feature4}.",
        "This listing is for {size_low}{in_colour}.",
        "[Shown|Pictured|Sold here]{in_colour}, {size_low}.",
        "There {is3} {feature3} too.",
        "[Look closer and you will find|Worth a mention:] {feature3}.",
        "[Customers buy it|We like it|Try it] {use2}.",
        "{^it} will {do3} as well.",
        "Add {feature3}, and the case is made.",
    ),
    "recipe": (
        "There {is3} {feature3} as well.",
        "{^it} will {do3} too.",
        "This listing is for {size_low}.",
        "[Lovely|Good|Just right] {use2}.",
        "Look for {feature3}.",
        "Pack: {size_low}.",
    ),
    "book": (
        "There {is3} also {feature3}.",
        "Expect {feature3} and a few surprises.",
        "It will {do3} too.",
        "[Good|Just right|Recommended] {use2}.",
        "Edition: {edition}.",
    ),
}

TIERS = {
    "budget": (
        "Priced for a tight budget.",
        "The plain version, without the frills.",
        "An honest basic that does its job.",
        "Our lowest-priced option of its kind.",
        "Good value rather than grand.",
    ),
    "standard": (),
    "premium": (
        "The best we stock.",
        "Made in a limited run by people who care about details.",
        "It costs more, and you can feel why.",
        "From the top of the range.",
        "For those who buy once and keep for good.",
    ),
}

TIER_WORDS = {
    "budget": ("Essential", "Basics", "Everyday", "Simply"),
    "premium": ("Signature", "Atelier", "Reserve", "Heritage"),
}

MODEL_NAMES = (
    "Aria", "Vector", "Pilot", "Nimbus", "Forge", "Comet", "Tempo", "Ridge", "Pulse", "Orbit", "Swift", "Delta", "Halo",
    "Crest", "Atlas", "Sprint", "Beacon", "Rook", "Lynx", "Motive", "Onyx", "Ember", "Quill", "Kite", "Zenith", "Falcon",
    "Drift", "Apex", "Merlin", "Cobalt",
)  # fmt: skip

MODEL_SUFFIXES = (
    "", "", "II", "III", "X", "S", "Mini", "Plus", "Pro", "Lite", "100", "220", "300", "450", "500", "700", "900",
)  # fmt: skip

RANGE_NAMES = (
    "Astrid", "Marlow", "Dune", "Halden", "Ivy", "Solene", "Bramble", "Kestrel", "Otis", "Paloma", "Rowan", "Saga", "Thea",
    "Umber", "Vesper", "Willa", "Yarrow", "Zinnia", "Bexley", "Calder", "Delphine", "Esme", "Fjord", "Greta", "Hollis",
    "Isla", "Juno", "Knoll", "Lowen", "Mira", "Nell", "Orla", "Perrin", "Quincy", "Rafe", "Skye", "Tilda", "Viggo",
)  # fmt: skip

BOOK_FIRST_WORDS = (
    "Salt", "Lantern", "Winter", "Paper", "Silver", "Hollow", "Borrowed", "Crooked", "Midnight", "Glass", "Wandering",
    "Hidden", "Copper", "Second", "Quiet", "Last", "Painted", "Northern", "Burning", "Floating", "Forgotten", "Open",
    "Little", "Ninth", "Amber", "Unfinished", "Patient", "Restless", "Blue", "Distant",
)  # fmt: skip

BOOK_LAST_WORDS = (
    "Ledger", "Orchard", "Harbour", "Clockmaker", "Garden", "River", "Archive", "Kitchen", "Bridge", "Tide", "Map",
    "Season", "Letters", "House", "Compass", "Field", "Choir", "Island", "Window", "Bakery", "Weather", "Road", "Museum",
    "Table", "Feather", "Machine", "Summer", "Station", "Horizon", "Mountain", "Notebook", "Market",
)  # fmt: skip

AUTHOR_FIRST_NAMES = (
    "Ines", "Tobias", "Maren", "Callum", "Odile", "Femi", "Noor", "Anselm", "Petra", "Ravi", "Lucia", "Henrik", "Yuki",
    "Della", "Marcus", "Siobhan", "Emeka", "Katya", "Rosa", "Edmund", "Leila", "Jonas", "Mei", "Arlo",
)  # fmt: skip

AUTHOR_LAST_NAMES = (
    "Varga", "Thornbury", "Adeyo", "Lindqvel", "Okarro", "Penhallow", "Castellane", "Ishimori", "Brandvold", "Quist",
    "Ferreby", "Maldonar", "Kapoori", "Winslade", "Drummel", "Sorensby", "Halloway", "Tamsin", "Nakamori", "Bellweather",
)  # fmt: skip
