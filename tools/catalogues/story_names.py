"""Invented names of the story generator: places, people, firms, clubs and institutions."""

TOWNS = (
    "Aldermouth", "Brackenholt", "Cornwick", "Dunhaven", "Elmcombe", "Falminster", "Gosbridge", "Hartsea", "Ingleby Cross",
    "Kelmarsh Bay", "Lanwick", "Marholt", "Norbeck", "Oakenford", "Pendrow", "Querford", "Ravensmere", "Selcombe",
    "Thornhaven", "Underwick", "Westerholm", "Yarrowby", "Valmera", "Osterlund Quay", "Kirsava", "Montarel", "Sanreo",
    "Talvika", "Belmarsa", "Corvane", "Drachfeld", "Estrana", "Fiorello Bay", "Grenzau", "Halmsund", "Isolara", "Jarnholm",
    "Kestova", "Lumbria", "Maranello Cross", "Nivelle-sur-Orr", "Orsava", "Port Calder", "Quillan Bay", "Rostavik",
    "Santa Verea", "Tormund", "Ulverby", "Vastholm", "Wexley", "Zelnice", "Amberley Quay", "Borsano", "Castelmor",
    "Dorrigan", "Eastmarch", "Ferncliffe", "Gullhaven", "Hollowbrook", "Ivelstone", "Juniper Falls", "Korsnes", "Linden Vale",
    "Mirefield", "Nettlecombe", "Ottersea", "Pinewater", "Redmoor", "Stonnick", "Tidewick", "Umberfield", "Whitlow",
)  # fmt: skip

REGIONS = (
    "Westmarch", "Lower Saltany", "Ardelshire", "Northern Vesse", "Corrada", "Upper Lorne Valley", "Tavaria", "Estmark",
    "Belloria", "Greater Norbeck", "Sundmark", "Hillshire", "Coastal Varn", "Marrowdale", "Oresund Vale", "Calderland",
)  # fmt: skip

FIRST_NAMES = (
    "Amara", "Benoit", "Clara", "Dmitra", "Elias", "Farida", "Gustav", "Hana", "Ibrahim", "Jolene", "Kwame", "Lidia", "Mateo",
    "Nadia", "Oskar", "Priya", "Quentin", "Rosalie", "Samir", "Tove", "Ulla", "Viktor", "Wanda", "Xenia", "Yusuf", "Zora",
    "Anders", "Beatriz", "Chidi", "Daria", "Emil", "Fiona", "Gabor", "Helga", "Ilse", "Jun", "Kofi", "Leonor", "Milan", "Noemi",
)  # fmt: skip

LAST_NAMES = (
    "Abernell", "Bassongo", "Carlisi", "Dunmarr", "Ekeland", "Fontaneau", "Gracht", "Hallorin", "Isakova", "Jellicoat",
    "Kambara", "Lorvik", "Mbeleko", "Nordahlen", "Oyelade", "Petrosi", "Quarrie", "Rautman", "Sandoval-Reyne", "Tamurai",
    "Ulriksen", "Vandermoor", "Wickstead", "Yardvale", "Zielenko", "Ashgrove", "Brannoch", "Coldwell", "Deschene", "Evermont",
    "Farouki", "Greenhalt", "Hwangbo", "Inverarn", "Juhasen", "Kettleby", "Lindemar", "Mistral", "Novarro", "Okonjola",
)  # fmt: skip

COMPANY_HEADS = (
    "Norvane", "Castellum", "Brightwater", "Ostara", "Pellworth", "Quorum Lane", "Redfern", "Solvanto", "Tarragate",
    "Umbria Nine", "Veltrix", "Wainford", "Axelby", "Bluestone Mill", "Corvidae", "Delamere Row", "Eastlight", "Fablecroft",
    "Granvik", "Hexadale", "Ironwell", "Jutland & Moss", "Kinross Bay", "Lumenta", "Moorgate Nine", "Northpine", "Orbis Lane",
    "Palladine", "Rivermark", "Silverthorne",
)  # fmt: skip

COMPANY_TAILS = ("", "", "", " Group", " Holdings", " Partners", " Works", " Industries")

SECTORS = (
    "furniture maker", "shipping firm", "chip designer", "food group", "hotel operator", "software house", "pump maker",
    "seed company", "clothing retailer", "insurer", "parcel carrier", "building firm", "railway supplier", "cosmetics brand",
)  # fmt: skip

TEAM_TAILS = (
    "Rovers", "United", "Athletic", "City", "Wanderers", "Albion", "Town", "Harriers", "Dynamo", "Union", "Rangers", "Olympic",
)  # fmt: skip

ORGANISATIONS = (
    "{town} University", "the {town} Institute", "{town} Polytechnic", "the Marlowe Foundation", "the Open Streets Forum",
    "the {town} Academy of Sciences", "the Larch Centre", "the Consumer Bureau of {town}", "the Halden Trust",
    "{town} Technical College", "the Blue Lamp Society", "the {town} Observatory",
)  # fmt: skip

SCHOOLS = (
    "{town} High School", "Mill Lane School", "St Orla's College", "{town} Primary", "Northgate Academy", "Riverside School",
    "{town} Grammar", "Lighthouse School", "Hillcrest College", "Market Street Primary",
)  # fmt: skip
