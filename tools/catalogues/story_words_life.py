"""Sections of the story generator on science, nature, sport and culture (see `story_words_public`)."""

LIFE = """
== Technology | 1.0
close: {org} is studying the case.; Rival firms declined to comment.; A demonstration is planned in {town}.; Privacy groups want an audit.
* view: {org} and users weigh {topic} || {person} finds {topic} [worth attention|overdue for debate|only half understood]; on the forums, opinions run hotter.
* why: {person} on {topic}, in plain words || How it came about, what it means for you and what to try: a short guide to {topic}.
* long: The engineers of {town} and {topic} || A spare room, {num} notebooks and strong tea. We visited the people closest to {topic}.
* next: Regulator in {region} asks {company} about {topic} || Officials want documents on {topic} within {small} weeks. The company says it [has nothing to hide|will cooperate|needs longer].
* view: {person}: {topic} and the patience of users || We forgive gadgets more than friends. {^topic} may be [a turning point|business as usual|a lesson in manners].
-- chat assistant | 1.0 | the {job} assistant
job: tax; recipe; homework; gardening; legal; travel; sign-language
news: {company} releases {job} assistant for phones || The software answers {job} questions in {num} languages and works without a connection. Testers found {small} per cent of answers wrong.
next: {company} fixes {job} assistant after odd advice || The {job} helper had told users to [freeze cheese|plant in winter|wait a year]. An update followed within {num} hours.
-- data outage | 0.5 | the cloud outage
part: a mistyped command; an expired certificate; overheated servers; a cut undersea cable; a faulty update
news: Apps across {region} go dark for {small} hours after {part} || Payments, maps and doorbells failed when {part} hit {company}'s data centre in {town}.
next: {company} promises credits after outage || The firm blamed {part} and named {small} fixes. Customers lost an estimated {money}.
-- battery | 1.3 | the {metal} battery
metal: sodium; zinc; iron-air; paper; solid-state; saltwater
news: Engineers in {town} show {metal} battery that charges in {num} minutes || The {metal} cell kept most of its capacity after {big} cycles. {org} hopes to sell licences.
next: First {metal} batteries go into {use} || {company} will test the cells for a year in {town}.
use: delivery vans; wheelchairs; ferries; street lamps; forklifts; home storage
-- robot | 1.0 | the {task} robot
task: strawberry-picking; window-cleaning; warehouse; sewer-inspecting; bricklaying; hospital-delivery; weeding
news: {task} robot starts work in {town} || {company}'s machine [works at night|needs one supervisor|learns from mistakes]. It replaces none of the {num} staff, managers say.
next: {task} robot gets stuck in {town}, and becomes a star || A film of the machine circling for {small} hours amused thousands. {company} gave it a hat.
-- security hole | 0.7 | the flaw in {device}s
device: smart lock; baby camera; router; fitness tracker; car key; voting kiosk; thermostat
news: {org} finds flaw in popular {device} || Researchers opened a {device} from {small} metres away. {company} urges owners to update [at once|by {day}|at home].
next: {company} patches millions of {device}s || Two thirds of owners have installed the fix. The finder received {money2}.
-- video game | 1.1 | the game {game}
game: {opus}
news: Studio from {town} sells {num}0,000 copies of {game} in a day || {game}, made by {small} people, asks players to [mend things|listen|wait for tides].
view: Review: {game} is gentle, strange and hard to put down || Our critic spent {num} hours with {game} and forgives its [clumsy menus|short ending|silent map].

== Science | 0.9
close: The study was reviewed by other scientists.; The work took {small} years.; The data are public.; Independent experts urge caution.; The team returns to the field in spring.
* view: {region} scientists weigh {topic} || Not everyone is convinced about {topic}. {person} of {org} wants [a larger sample|raw data|a second instrument].
* why: {person} on why {topic} matters || {small} questions and answers on {topic}, from method to meaning, with help from {org}.
* long: {num} nights in {town}: the story of {topic} || Cold tea, broken sensors and one perfect measurement. How {person} and colleagues came to study {topic}.
* next: Museum in {town} plans display on {topic} || Visitors will be able to touch models and ask researchers about {topic}. Entry on {day} is free.
* view: Children of {town} ask, researchers answer: {topic} || Pupils at {school} wanted to know [how big|how old|what it sounds like]. {person} explains {topic} without a single formula.
-- space mission | 1.0 | the mission to {target}
target: a small moon; an asteroid; the solar wind; Venus; a comet; the far side of the Moon
news: {org} probe reaches {target} after {small}-year flight || The craft sent first pictures to controllers in {town}. Its instruments will study [ice|dust|magnetic fields] near {target}.
next: {town} hears from {target} probe after {num} silent hours || Engineers at {org} restarted a computer from millions of kilometres away. The mission to {target} goes on.
-- fossil | 1.4 | the fossil {beast}
beast: sea reptile; giant penguin; feathered dinosaur; crocodile; dragonfly; whale; sloth
news: Walker finds fossil {beast} on beach near {town} || The bones are {num} million years old and almost complete. {org} will clean the {beast} in public view.
next: Fossil {beast} had a last meal of {meal} || Scans of the animal from {town} surprised researchers.
meal: squid; ferns; fish scales; beetles; shellfish; berries
-- animal behaviour | 1.4 | how {animal} {act}
animal: crows; octopuses; bumblebees; goats; dolphins; ants; parrots
act: count; share tools; remember faces; play; give each other names; plan ahead
news: {^animal} {act}, {org} finds || Tests with {num} {animal} hint that they {act}, [at least when hungry|much as children do|with few errors].
view: Do {animal} really {act}? Doubts in {town} || A sceptic repeats the experiment and gets [the same answer|a different result|bitten].
-- ancient site | 1.3 | the buried {site}
site: Roman kitchen; bronze-age boat; medieval mint; temple; stone circle; harbour; theatre
news: Archaeologists uncover {site} beneath {town} car park || Coins, bones and {small} jars came from the {site}. The dig is extended until {day}.
next: {site} in {town} older than thought || Wood from the {site} dates it {num}0 years earlier. Textbooks will need a footnote.
-- ocean | 1.3 | the deep-sea {find}
find: coral reef; squid; hot spring; shipwreck; canyon; jellyfish
news: {org} expedition films unknown {find} off {region} || A diving robot met the {find} at {big} fathoms. The crew [cheered|fell silent|woke the captain].
next: Deep-sea {find} to be named by {town} schoolchildren || Pupils sent {big} ideas to the scientists.
-- materials | 1.3 | the new {material}
material: self-healing concrete; wooden glass; seaweed plastic; spider-silk thread; cooling paint; mushroom leather
news: Chemists in {town} make {material} || The recipe uses waste from [breweries|sawmills|fisheries]. {org} says {material} is {num} per cent lighter.
next: {material} passes its first winter in {town2} || A test wall outdoors survived {small} storms.

== Health | 1.0
close: Doctors in {town2} welcomed the news.; {org} will follow the matter.; Details are on the health service website.; Readers with questions should ask their doctor.
* view: {town} patients and doctors respond to {topic} || {person}, a nurse, sees {topic} [as real progress|with mixed feelings|every day at work].
* why: {org} on {topic}: what is known and what is not || We asked {small} specialists to sort fact from hope about {topic}.
* long: {town}: a year with {topic} || One clinic, one family and a lot of patience: a close look at {topic}.
* next: {region} sets up helpline on {topic} || Nurses answered {big} calls about {topic} on the first day. Most callers wanted [reassurance|a second opinion|practical advice].
* view: Doctor {person}'s column: {topic} || Our columnist has been asked about {topic} by {num} patients this week. The short answer: [it depends|be patient|talk to someone you trust].
-- drug trial | 1.2 | the trial of a {ill} treatment
ill: migraine; asthma; hay fever; arthritis; insomnia; eczema; tinnitus
news: New treatment halves {ill} attacks in {town} trial || {big} people with {ill} took part. Side effects were [mild|rare|short].
next: {region} regulator to speed review of {ill} treatment || A decision is due in {small} months. {company} holds the licence for the {ill} drug.
-- exercise study | 1.2 | the {sport} study
sport: walking; dancing; swimming; gardening; stair-climbing; tai chi; cycling
gain: sleep; memory; balance; mood; blood pressure; bone strength
news: {num} minutes of {sport} a week linked to better {gain}, says {org} || Researchers followed {big} adults in {region}. {^sport} helped {gain} most in [over-60s|beginners|shift workers].
view: I took up {sport} for my {gain}. Here is what happened || After {small} weeks our reporter in {town} reports [fewer yawns|new friends|sore knees].
-- winter virus | 0.9 | the winter {bug}
bug: cold; flu; stomach bug; cough; norovirus; throat infection
news: Cases of {bug} rise early in {region} || Clinics saw {num} per cent more patients with {bug} than last year. Doctors advise [rest|hand washing|vaccination for those at risk].
next: {bug} wave in {region} past its peak || Beds are emptying in {town}. The {bug} season may still last {small} weeks.
-- new hospital unit | 1.1 | the {ward} unit in {town}
ward: stroke; maternity; children's; eye; burns; sleep; physiotherapy
news: {town} hospital opens {ward} unit || The {money} building has {num} beds, a roof garden and [shorter corridors|family rooms|no car park].
view: 'It smells of paint and hope': first patients at {town}'s {ward} unit || Staff say the {ward} wards are [quieter|brighter|easier to clean].
-- nutrition | 1.2 | {food} and your heart
food: oats; nuts; coffee; eggs; dark bread; beans; yoghurt
news: Daily {food} may help the heart, {org} finds || People who ate {food} had {small} per cent fewer problems over {num} years. Cause is unproven.
view: Dietitian {person}: stop worrying about {food} || The author of a new guide advises variety and [regular meals|cooking at home|pleasure] over fretting about {food}.
-- mental wellbeing | 1.3 | {idea} on prescription
idea: choir singing; fishing; museum visits; walking groups; pottery; bird watching
news: Doctors in {town} prescribe {idea} || {num} patients with low mood tried {idea} for {small} weeks. Most wished to stay.
next: {idea} scheme spreads across {region} || {small} more towns will offer {idea} through family doctors.

== Environment | 0.9
close: The site will be watched for {small} years.; Farmers were consulted.; A full report follows in spring.; Volunteers are welcome.; {org} is keeping count.
* view: {town} farmers, anglers and walkers on {topic} || Few agree about {topic}. {person} farms by the river and wants [clear rules|to be asked|a longer view].
* why: {^topic} in {region}, step by step || Maps, costs and open questions: understanding {topic}, with {org}.
* long: Dawn watch near {town}: {topic} up close || With boots, flask and a notebook we join volunteers to learn about {topic}.
* next: School classes in {town} adopt {topic} as project || Pupils of {school} will measure, draw and report on {topic} until summer. {org} lends [nets|microscopes|wellingtons].
* view: {person}: what {topic} taught me about patience || The author has walked the same path near {town} for {num} years. {^topic} changed [the sounds|the conversation|the mornings].
-- species return | 1.3 | the return of the {animal}
animal: beaver; white stork; otter; lynx; sturgeon; crane; red squirrel; swallowtail
news: First {animal} in {num} years seen near {town} || A camera caught the {animal} at [dusk|a weir|dawn]. Wardens kept the place secret.
next: Young {animal} born in {region} || {small} offspring were counted. Schoolchildren will name the smallest {animal}.
-- river clean | 1.1 | the clean-up of the River {river}
river: Aldle; Wenn; Tarrow; Isk; Lodder; Marl; Sefton Brook
news: River {river} fit for swimming again at {town} || Tests at {num} points found clean water. Anglers have seen [trout|eels|crayfish].
next: Spill near {town} sets back River {river} clean-up || Foam was seen on {day}. {company} has apologised and will pay.
-- wind and sun | 1.1 | the {plant}
plant: offshore wind farm; solar field; tidal turbine; geothermal plant; floating solar park; biogas plant
news: {plant} off to a start in {region} || The {money} {plant} will supply {num},000 homes. {company} began work near {town}.
next: {plant} near {town} feeds first power to the grid || Output beat forecasts by {small} per cent in the first week.
-- waste rule | 1.0 | the {waste} rule
waste: bottle deposit; food waste; coffee cup; textile recycling; battery return; packaging
news: {region} to start {waste} scheme || Shops must take part within {small} months. {town} tested the {waste} rule and cut litter by {num} per cent.
next: {region} {waste} scheme: {num} million items returned || The queues are shorter too, after {company} fixed its machines.
-- tree planting | 1.3 | the {wood} planting
wood: oak; hedgerow; orchard; mangrove; birch; street-tree; elm
news: {town} plants {num},000 trees in {wood} project || Volunteers of all ages dug for {small} days. {org} chose kinds that [stand heat|feed bees|hold banks].
next: {small} in ten saplings near {town} lost to drought in {wood} project || Wardens now water at night.
-- insects | 1.3 | the {insect} count
insect: butterfly; bumblebee; moth; dragonfly; firefly; ladybird; hoverfly
news: {insect} count up {num} per cent in {region} || {big} volunteers counted for an hour. Warm evenings helped the {insect}, says {org}.
why: {person} on how to make a garden the {insect} likes || Mow less, plant early flowers, leave a messy corner for every {insect}.

== Weather | 0.7
close: Forecasts will be updated at six.; {town2} expects the same.; Calmer weather follows on {day}.; {org} is taking measurements.
* view: 'We have never seen the like': {town} on {topic} || {person}, who has kept a rain gauge for {num} years, puts {topic} in [third place|a notebook|perspective].
* why: What was behind {topic} in {town}? || A forecaster explains {topic} with a kettle, a map and {small} arrows.
* long: {topic} through the eyes of {region}'s volunteer observers || They measure at dawn, in slippers. Meet the people of {town} who wrote down every hour of {topic}.
* view: Readers' photographs: {topic} in {region} || From {town} you sent us {big} pictures of {topic}. The winner shows [a wet cat|a red sky|an umbrella inside out].
* next: How shops in {town} coped with {topic} || Sales of [soup|candles|ice cream|rubber boots] rose by {num} per cent during {topic}, says {person}, who runs a corner shop.
* why: {^topic} and {region}'s record books || {org} compared {topic} with {num2} years of measurements from {town}. Rare, yes; unheard of, no.
-- storm | 0.4 | Storm {storm}
storm: Agnella; Bertil; Cosmina; Dorrit; Eskil; Fenna; Gustel; Hedvika
news: Storm {storm} to bring gusts of 1{digit}0 km/h to {region} || A warning runs until {day}. Parks in {town} are closed and [trains slowed|ferries tied up|bins chained].
next: Storm {storm} leaves {big} homes near {town} without power || Crews clear fallen trees. Nobody was badly hurt as {storm} moved off.
-- heat | 0.5 | the {spell}
spell: June heatwave; late-summer heat; tropical nights; May hot spell; record warmth
news: {town} reaches 3{digit} degrees as {spell} peaks || Schools close at noon and [fountains|cool rooms|pools] stay open late across {region}.
next: Thunder over {town} ends {spell} || The temperature fell {small} degrees in an hour. Vineyards report hail.
-- snow | 0.5 | the {snow}
snow: early snow; ice storm; deep freeze; blizzard; April snow
news: {snow} closes {num} schools in {region} || Up to {num2} centimetres fell on {town}. Ploughs began at four.
next: Villages above {town} reached after {snow} || Tractors brought bread and post to farms. The {snow} turns to slush by {day}.
-- drought | 1.0 | the dry {season}
season: spring; winter; summer; autumn
news: Hosepipe ban for {town} after dry {season} || Reservoirs in {region} stand at {num} per cent. Watering cans remain legal.
next: Rain brings {town} first relief after dry {season} || {num} millimetres in a night raised rivers, not reservoirs.
-- odd sky | 0.9 | the {glow}
glow: northern lights; double rainbow; moon halo; red dust sky; waterspout; morning glory cloud
news: {glow} seen over {town} || Hundreds stopped to photograph the {glow} on {day}. [It lasted {small} minutes|Cars pulled over|Birds fell silent].
next: More chances to see {glow} over {region} this week || Look north after ten, away from street lamps, say watchers at {org}.
-- fog | 0.4 | the {mist}
mist: freezing fog; sea mist; valley fog; smoky haze; black ice; drizzle
news: {mist} slows traffic around {town} || Visibility fell below {num} metres. The harbour sounded its horn [all night|for the first time in years|until eight].
next: {mist} lifts in {region} || Flights and ferries resumed by noon. Another patch may form on {day}.

== Football | 1.3
close: The sides meet again in spring.; {team} stay in mid-table.; Local radio carried every word.; Tickets for the next home game go on sale on {day}.
* view: Fans and pundits on {topic} || Phone-ins and fanzines of {team} chewed over {topic}. [Patience is thin|Hope is back|The verdict: mixed].
* why: {^topic}: the numbers that matter to {team} || Attendance, points and age of the squad: {small} figures put {topic} in context.
* long: {team}, {town} and the meaning of {topic} || Tea lady, kit man, captain: the club from inside in the week of {topic}.
* view: {team2} supporters see {topic} from across the river || Rivals have views too. {person2} of the {team2} fan club calls {topic} [fair play|a gift|good for the league].
* next: {team} captain speaks about {topic} || '{^topic} made us [closer|angry|think],' the captain told local radio before training in {town}.
* long: Diary of a season ticket: {topic} || {num} years in the same seat above the tunnel. A {team} supporter writes about {topic}, rain and his late father.
* why: A short history of {team} in the light of {topic} || {small} cups, two relegations and a fire: {num2} years of the club from {town}.
-- match report | 0.4 | the {team} against {team2} match
how: a header from a corner; a late penalty; two goals in stoppage time; a deflected free kick; a goalkeeper's mistake; a solo run from halfway
news: {team} {digit}-1 {team2}: won by {how} || {person} was the difference as {team} beat {team2} with {how}. The visitors [hit the post|had a man sent off|missed a penalty].
next: {team} coach: 'We rode our luck' against {team2} || {^how} settled it, but the statistics favoured {team2}. {person} limped off.
view: Player ratings: {person} shines for {team} || Nine out of ten for the scorer after {how}; {team2} defenders fare worse.
-- draw | 0.4 | the derby
mood: fog; driving rain; sunshine; a red card; a floodlight failure; a pitch invasion by a dog
news: {team} and {team2} share points despite {mood} || The derby ended {digit}-{digit} for the first time in {num} years. {^mood} shaped the second half.
next: {town} derby inquiry after {mood} || The league has asked {team} and {team2} for reports. A replay is [unlikely|possible|ruled out].
-- transfer | 0.9 | the signing of {person}
role: striker; goalkeeper; left back; midfielder; teenage winger; captain
news: {team} sign {role} {person} for {money} || The {role} joins from {team2} until 2030. 'I liked [the stands|the plan|the sea],' {person} said.
next: {person} passes medical at {team} || The {role} wears number {num} and may start on {day}.
view: Is {person} worth {money} to {team}? || Goals, minutes and age: the numbers behind the {role}'s move from {team2}.
-- manager | 0.8 | the manager's job at {team}
run: {small} defeats in a row; a cup exit; a row over training; an offer from abroad; poor health; a dressing-room split
news: {team} part company with {person} after {run} || The manager leaves {small} months after joining. A youth coach takes over against {team2}.
next: {small} candidates for {team} job || A former captain and the coach of {team2} lead the list to succeed {person}.
-- women's cup | 0.7 | the women's cup run of {team}
round: semi-final; final; quarter-final; third round
news: {team} women reach cup {round} on penalties || {person} saved {small} kicks against {team2}. The {round} is played in {town} on {day}.
next: Tickets for {team} women's {round} gone in {num} minutes || A record crowd is expected in {town}. {team2} supporters get {big} seats.
-- injury | 0.8 | the injury to {person}
hurt: a torn calf; a broken toe; concussion; a knee strain; a back spasm; a dislocated shoulder
news: {team} lose {person} to {hurt} for {small} weeks || The forward was hurt in training. {team} face {team2} without [a recognised striker|their leader|a spare keeper].
next: {person} back on grass after {hurt} || The {team} forward ran for {num} minutes. A return against {team2} looks early.
-- stadium | 1.2 | the {part} at {town}
part: new stand; roof; standing terrace; pitch; museum; training ground
news: {team} to build {part} for {money} || The {part} opens in {small} seasons if {town} planners agree. Season tickets stay [frozen|on paper|cheap].
next: Neighbours object to {team}'s {part} || {big} letters mention light and parking. {team} offers trees.

== Sport | 1.0
close: {region} has waited {num} years for such a week.; Officials confirmed the details.; The club in {town2} sent congratulations.; A longer report follows.
* view: {person2} leads reaction to {topic} || Past champions called {topic} [thrilling|brave|a surprise]. {person} took the praise with a shrug.
* why: {person} explains {topic} to newcomers || Rules, equipment and why the crowd groaned: a guide to {topic}.
* long: Five in the morning with {person} || Ice baths, porridge and a patient coach: the daily work behind {topic}.
* view: Photo essay from {town}: {topic} || Mud, tears and laces. Our photographer followed {topic} from [the finish|the bench|a ladder].
* next: Clubs in {region} see more beginners after {topic} || Coaches in {town2} counted {num} new faces within days of {topic}. Some had brought [the wrong shoes|their parents|cake].
-- tennis | 0.4 | the {town} tennis open
round: first-round; quarter-final; semi-final; final
news: {person} wins {round} thriller at {town} tennis open || The left-hander saved {small} match points over {num2} games. {person2} lost her [voice|serve|racket].
next: Tired {person} out of {town} open || One day after the {round}, {person2} needed only {num} minutes on court.
-- cycling race | 0.5 | the {race} stage
race: mountain; time-trial; cobbled; coastal; summit; sprint
news: {person} takes {race} stage into {town} || A break of {small} riders stayed away for {num} kilometres. {person2} keeps the leader's jersey.
next: Crash near {town} reshapes race after {race} stage || {person2} rides on with stitches. Stewards moved the barriers.
-- marathon | 0.7 | the {town} marathon
dress: lighthouse; rhinoceros; teapot; astronaut; pineapple; grandfather clock
news: {person} wins {town} marathon by {small} seconds || Warm rain slowed the field of {num},000. A runner dressed as {a dress} finished [smiling|in six hours|ahead of the mayor].
next: Marathon in {town} raises {money} || The runner in the {dress} costume alone collected {money2}.
-- swimming | 0.6 | the {stroke} record
stroke: butterfly; backstroke; freestyle relay; open-water; breaststroke; medley
news: Teenager {person} breaks {stroke} record in {town} || The swimmer took {small} tenths off a {num}-year-old mark. [The coach wept|School starts at nine|Nobody had expected it].
next: {person}'s {stroke} record stands after suit check || Officials in {town} measured seams and found nothing amiss.
-- rugby | 0.5 | the {team} rugby match
turn: a charged-down kick; a try in the corner; {small} late penalties; a fifty-metre drop goal; a scrum against the head
news: {turn} gives {team} rugby win over {team2} || {person} turned the match with minutes left. {num} points separated the sides at half-time.
next: {team} front row banned after {team2} clash || Two forwards miss {small} games. {^turn} is still debated.
-- chess and odd games | 1.0 | the {game} title
game: chess; darts; curling; croquet; table tennis; bowls; sheepdog trials; snooker
news: {person}, {num}, becomes {game} champion || The newcomer from {town} beat {person2} in the {game} final [without a word|in record time|after a replay].
next: {game} club in {town} swamped after title || {big} beginners asked to join. {person} teaches them on {day}s.
-- climbing and winter | 0.8 | the {event} cup
event: bouldering; ski jumping; figure skating; biathlon; speed-climbing; snowboard
news: {person} leads {event} cup after {town} round || A clean final put {person} {small} points ahead of {person2}. Judges praised [calm|height|daring].
next: {event} round in {town2} moved because of warm weather || Organisers ran out of {small} backup plans. {person} trains indoors.

== Arts | 0.9
close: {town2} hopes to follow.; A public talk takes place on {day}.; {org} lent its support.; Local schools are invited.; A broadcast is planned.
* view: {town} critics divided over {topic} || [Dazzling|Dutiful|Odd and lovely]: reviewers could not agree on {topic}. {person} went twice.
* why: {person}'s beginner's guide to {topic} || What to know, what to look for and whom to ask: getting the most from {topic}.
* long: Behind the scenes in {town}: {topic} || Glue, nerves and biscuits. We spent {small} days with the people behind {topic}.
* view: {person}: {topic} and the pleasure of looking slowly || Our essayist argues that {topic} rewards [a second visit|silence|good shoes].
* next: {town} schools get free day for {topic} || Pupils of {school} were first through the door. Their favourite part of {topic} was [the shop|the smell|the story].
-- exhibition | 1.3 | the {art} exhibition
art: watercolour; kite; textile; shadow-puppet; poster; ceramic; photography; map
news: {town} gallery opens largest {art} exhibition in {num} years || {big} works, many from private homes, fill the {town} gallery. {person} painted the [stairs|lift|guide].
next: {art} show in {town} adds late nights || Queues reached the river. The gallery sold {big} catalogues.
-- theft and find | 1.1 | the lost {work}
work: portrait; altarpiece; symphony; tapestry; diary; bronze horse; manuscript
place: an attic; a car boot sale; a school cupboard; a barn; a piano stool; a dentist's waiting room
news: Lost {work} found in {place} in {town} || Experts at {org} think the {work} is {num2}0 years old. It may be worth {money}.
next: {work} from {place} goes on show || Visitors in {town} can see the {work} [behind glass|by candlelight|for a week].
-- book prize | 1.3 | the {prize} Prize
prize: Harrowgate; Lindqvel; Golden Quill; Open Page; Saltmarsh; Silver Comma
news: Debut by {person} wins {prize} Prize || The novel about {plot} took {num} months to find a publisher. The jury praised its [humour|restraint|ending].
plot: a lighthouse family; two rival bakers; a school bus; a vanished choir; a border garden; a night nurse
next: {prize} Prize winner {person} sells out in {num} hours || Printers work overtime on the story of {plot}. The author signs copies in {town}.
-- theatre | 1.1 | the play about {plot}
plot: a flooded hotel; a retired magician; a radio station; {small} sisters; a lost suitcase; an honest burglar
news: {town} theatre premieres comedy about {plot} || {person} wrote the play on night trains. It has {small} actors and [one door|a real goat|no interval].
next: {town} play about {plot} moves to bigger stage || After {num} full houses the production transfers.
-- concert | 0.9 | the {music} concert
music: brass; folk; chamber; gospel; electronic; jazz; organ; drumming
place: a quarry; the railway station; a swimming pool; the fish market; a barn; an ice rink
news: {num},000 hear {music} concert in {place} || Players from {town} performed in {place} to celebrate {num2} years of the {music} society. [Rain held off|Birds joined in|Babies slept].
view: Review: {music} from {town} in {place} works better than it should || The echo was generous, the chairs were not. {person}'s solo lingers.
-- album | 1.1 | the album {album}
album: {opus}
news: {person} records {album} in {small} days || The singer's new album was made in a {town} boathouse with [borrowed guitars|a choir of neighbours|one microphone].
view: {album} by {person}: a quiet record with sharp corners || Our reviewer hears songs of {small} cities and one kitchen. The third track is a wonder.

== Screen | 0.9
close: More on our screen page.; {org} keeps a copy.; A repeat is planned for {day}.; The news was met with applause.; Fans gathered in {town}.
* view: {region} viewers argue about {topic} || Messages about {topic} reached us from {num} towns. {person} of {town} [has seen enough|wants more|fell asleep].
* why: {small} things {person} wants you to know about {topic} || Who, where and why now: the background to {topic}, without spoilers.
* long: {person} and the making of {topic} || Old ladders, rain machines and {small} rewrites: colleagues in {town} look back.
* view: {person}: what {topic} says about our evenings || We watch alone and talk together. {^topic} gave {region} [a subject|a cliffhanger|a reason to call home].
* next: {topic} brings visitors to {town} || Guides have added a tour inspired by {topic}. Cafés sell [a themed bun|postcards|umbrellas].
-- film premiere | 1.1 | the film {film}
film: The {opus}
genre: thriller; comedy; love story; family drama; western; ghost story; animation
news: {film}, {a genre} shot in {town}, opens festival || {person} directs the {genre} with {num} newcomers. The audience [stood for six minutes|laughed in the wrong places|left humming].
view: Review: {person}'s {film} is {a genre} with a warm heart || {person2} gives the best performance of the year in a {genre} that is {num} minutes too long.
-- series | 1.0 | the series {series}
series: The {opus}; {opus}
kind: detective; cooking; hospital; space; costume; office
news: {series} draws {small} million viewers to {kind} drama || The {kind} series beat the football on {day}. Writers in {town} plan {small} more episodes.
next: {series} star {person} leaves {kind} series || The actor goes after {small} seasons. The farewell was [filmed in secret|improvised|very wet].
-- documentary | 1.4 | the documentary about {theme}
theme: night buses; the last lamplighter; a village choir; mountain rescue; eels; a chess school; lost luggage
news: Documentary about {theme} wins main prize in {town} || {person} followed {theme} for {small} years with one camera. It cost {money2}.
next: {person}'s film about {theme} comes to schools || {org} offers lessons to go with the documentary on {theme}.
-- quiz and show | 0.6 | the {show} final
show: baking; sewing; quiz; dance; gardening; pottery; singing
news: {person} from {town} wins {show} final || The {num}-year-old beat {person2} by {small} points with [a risky finish|grace|a grandmother's trick].
next: {show} winner {person} returns to day job || Back at work in {town} on Monday, the champion found {num} cards and a cake.
-- cinema | 1.2 | the {town} cinema
rescue: a share sale; a student campaign; a lottery win; a brewery's help; a {num}-hour film marathon
news: {rescue} saves {town} cinema || The Art Deco picture house will get new seats and [heating|a café|sound]. {money2} came in {small} weeks.
next: {town} cinema reopens with silent film || A pianist played for {num} minutes. {^rescue} made it possible.
-- radio and podcast | 1.2 | the podcast on {theme}
theme: unsolved crosswords; grandmothers' recipes; lighthouses; small mistakes; forgotten inventors; bird calls
news: {person}'s podcast on {theme} passes {small} million plays || The host records in a wardrobe in {town}. Guests have included [a judge|a diver|a bell-ringer].
next: {person}'s podcast on {theme} becomes stage show || The first {num} dates sold out; {town2} is added.

== Food | 0.9
close: More on this in our weekend supplement.; {person} will answer questions on {day}.; {region} has a long tradition of it.
* view: Readers in {town} write about {topic} || Memories, corrections and one warning: {num} letters about {topic} reached {person} this week.
* why: {^topic}: {org} answers your questions || {small} questions from readers on {topic}, from the practical to the philosophical.
* long: At the table in {town}: a week with {topic} || {person} talked to cooks, shopkeepers and grandmothers about {topic}.
* view: {person}: {topic} and the trouble with fashion || What we eat says who we would like to be. {^topic} is [a case in point|the exception|a comfort].
-- recipe | 2.0 | {dish}
dish: leek and potato pie; lentil soup with lemon; plum dumplings; sesame noodles; roast squash salad; apple crumble; mushroom risotto; fish stew; stuffed peppers; ginger biscuits
when: a wet Tuesday; a crowd; empty cupboards; a picnic; the end of the month; a birthday
news: {person}'s {dish} for {when} || {^dish} in {num} minutes, with [good butter|plenty of patience|one pan]. The recipe comes from [an aunt|a canteen|a neighbour] in {region}.
view: Why {person} cooks {dish} for {when} || It forgives distraction, and the smell brings everyone down. Our columnist writes in praise of {dish}.
-- restaurant review | 1.6 | the restaurant {place}
place: The Copper Ladle; Number {num}; Olive & Ash; The {town2} Table; Little {town2}; The {opus}; {person2}'s
style: seafood; vegetarian; Korean-style; grill; noodle; country; tasting-menu
news: {place}, {town}: {style} cooking with a sense of humour || Our critic ate {small} courses at the {style} restaurant and would go back for the [bread|soup|cheesecake].
next: {place} in {town} wins first star for {style} cooking || {person}, who washed dishes there at sixteen, is head chef.
-- harvest | 1.1 | the {crop} harvest
crop: apple; olive; grape; strawberry; hop; wheat; honey; chestnut
news: {crop} harvest in {region} [best in {small} years|late|down by a third] || {person} picks near {town} and blames, or thanks, [a mild spring|the bees|the rain].
next: {region} {crop} prices to follow the harvest || Shops expect a change of {num} per cent. Growers meet on {day}.
-- food safety | 0.7 | the {food} recall
food: soft cheese; salad; frozen berries; hummus; peanut spread; smoked fish; baby porridge
news: {company} recalls {food} || Batches sold in {region} since {day} may contain [bits of plastic|an unlisted allergen|bacteria]. Return the {food} for a refund.
next: Cause of {food} contamination found at {company} || A worn seal in {town} was to blame. The {food} is back on shelves in {small} days.
-- drink trend | 1.3 | the fashion for {drink}
drink: alcohol-free beer; cold-brew tea; oat flat whites; perry; mushroom coffee; home-made cordial; rice wine
news: Sales of {drink} in {town} up {num} per cent || Bars make room for {drink}. {company} will open a second plant.
view: {person}: I drank {drink} for a month || Our writer saved ${num}, slept better and [missed nothing|bored friends|found a favourite].
-- baker | 1.2 | the {bread} of {town}
bread: rye loaf; saffron bun; flatbread; plaited loaf; cinnamon knot; potato bread
news: {town} bakers seek protected name for {bread} || Only {small} ovens still make the {bread} by hand. {org} found a recipe {num2}0 years old.
next: {town2} claims the {bread} as its own || Bakers there say they baked the {bread} first, and offer a taste test.

== Travel | 0.8
close: Spring is the best season.; The tourist office has maps.; Locals recommend {day}s.; {region} is easy to reach by rail.
* view: Tips on {topic}, gathered by {person} || Where to sleep, eat and get lost: {num} letters about {topic}, from {town} and beyond.
* why: {^topic} from {town2}: costs, tickets and timing || A practical guide to {topic}, with {small} ways to save.
* long: {num} kilometres on foot through {region} || Blisters, kindness and a borrowed umbrella: a slow journey that began with {topic}.
* view: {region} locals on {topic} || 'Ten years ago nobody came,' says {person} of {town}. Not all neighbours [mind|rejoice|agree] about {topic}.
* next: Bookings for {region} rise with news of {topic} || Agents in {town2} report {num} per cent more calls. Many ask about {topic} and [the food|quiet rooms|dogs].
-- rail trip | 2.5 | the night train to {town2}
news: Night train from {town} to {town2} starts in spring || {small} sleeping cars leave at ten and arrive for breakfast. Bicycles [travel free|need a booking|go in the van].
next: Night train to {town2} sold out until summer || {company} adds {small} carriages after {big} bookings in a day.
-- city guide | 3.0 | a weekend in {town}
seen: covered markets; rooftop gardens; tiled stairways; canal cafés; puppet theatres; old trams; winter saunas
news: 48 hours in {town}: {seen} and late suppers || Begin with {seen}, nap, then follow locals to the [harbour|hill|old town].
view: {town} is better in the rain || Forget the beach. {^seen} and cake are why {person} returns each November.
-- hotel | 2.0 | the hotel in {a old}
old: lighthouse; former prison; grain silo; monastery; school; water tower; shipyard
news: Hotel opens in {old} in {town} || {num} rooms, thick walls and [no televisions|a brass lift|a cellar pool]. {person} kept the old [bell|signs|floor].
view: We slept in {a old} in {town}: review || The hotel in the {old} is draughty, funny and fair value at {num2}.
-- tourist tax | 1.0 | the {town} visitor levy
spend: cleaner beaches; public toilets; bus routes; museum repairs; path wardens; night lighting
news: {town} to charge visitors for {spend} || Guests pay {small} a night from spring. Hotels want a say in how {spend} are run.
next: Visitor levy in {town} raises {money} for {spend} || Bookings fell by {small} per cent, less than feared.
-- walking trail | 2.0 | the {trail} trail
trail: cliff-top; pilgrim; canal; shepherds'; vineyard; volcano; forest
news: New {trail} trail links {town} and {town2} || {num2} kilometres, {small} huts and a foot ferry. Signs show a [snail|bell|boot].
next: {trail} trail near {town} loses a section to landslip || Walkers follow a detour of {num} minutes until autumn.
-- island | 2.0 | the island of {island}
island: Skerra; Little Hanno; Ostrey; Palmora; Vell; Saint Brannoc; Lumley Rock
news: {island} off {town} limits visitors to {big} a day || Wardens of {island} want to save [puffins|dunes|quiet]. Boats need a timed ticket.
next: First quiet season on {island}, says {person} || Islanders report more birds and {num} per cent fewer queues at the bakery.
"""
