"""Sections of the story generator on public life: events, their wording and what varies in them.

A section starts with ``== name | share``, then closing sentences and angles that fit all its events (``*``). An event
starts with ``-- name | half-life factor | topic``, then its own slots and its angles, each ``kind: headline || abstract``.
The kinds are news, next (a follow-up), view (a reaction), why (an explainer) and long (a feature). See
`tools.catalogues.wording.fill` for the notation of slots and alternatives.
"""

PUBLIC = """
== Local News | 1.2
close: Volunteers have offered to help.; Neighbouring {town2} has seen something similar.; Our reporter was there.; A film of it is on our website.; {person} called it the talk of {town}.
* view: '[We were never asked|It changes everything|About time|I could not believe it]': {town} neighbours on {topic} || Opinions in {town} differ about {topic}. {person}, who has lived nearby for {num} years, [wrote to this paper|started a notebook|put up a poster].
* why: {^topic}: {small} questions {town} is asking || Readers sent us their questions about {topic}. We took them to [the town hall|a local historian|the people involved].
* long: A walk through {town}, and what {topic} means to it || From the bakery to the bus depot, everyone in {town} has a story about {topic}. We spent a day listening.
* next: {town} school class writes to the mayor about {topic} || Pupils of {school} sent {num} letters about {topic}. The mayor promised to answer each [by hand|before {day}|in verse].
* view: Letters: what readers say about {topic} in {town} || Praise, jokes and one complaint: a selection of your messages on {topic}. {person} of {town} [has the last word|blames the pigeons|suggests a song].
* long: {town} in pictures: the week of {topic} || Our photographer followed {topic} from first light. The best frame, taken near the bus stop, shows [an umbrella|a grin|a very small dog].
-- market hall | 1.0 | the future of the old {hall}
hall: market hall; corn exchange; fish market; tram shed; mill; swimming baths
plan: a food court and studios; a library and café; flats for older people; an indoor climbing centre; a museum of local trades
news: {town}'s old {hall} to become {plan} || Councillors in {town} have approved a plan to turn the disused {hall} into {plan}. Work costing {money} could begin in spring.
next: Builders find painted tiles beneath floor of {town} {hall} || Work on the {town} {hall} has paused for {small} days after decorated tiles were found under the boards. Archaeologists hope to lift them whole.
view: Traders fear being priced out of {town} {hall} || Stallholders who once rented space in the {hall} say plans for {plan} leave them no room. The council promises [reduced rents|a covered square|first refusal].
-- lost animal | 0.7 | the runaway {animal}
animal: alpaca; tortoise; parrot; pony; peacock; sheepdog; piglet; goat
place: a garden centre; the railway platform; a school playground; the car park of a supermarket; a golf course; a church porch
news: Runaway {animal} found safe at {place} in {town} || {^a animal} that had been missing for {small} days in {town} turned up at {place}. Nobody was hurt, and [a bag of carrots helped|staff offered it a blanket|a crowd soon gathered].
next: {town} {animal} reunited with its owner, {person} || {person} had put up {num} posters before the call came. The {animal} is [eating well|tired but healthy|under closer watch].
long: How a wandering {animal} brought a {town} street together || Neighbours who had never spoken formed a search party for the {animal}. They now meet every {day}.
-- community garden | 1.2 | the community garden at {spot}
spot: the old gasworks; Mill Lane; the canal basin; the bowling green; a former petrol station; the hospital roof
crop: beans and squash; apples; herbs; cut flowers; mushrooms; potatoes
news: Volunteers open community garden at {spot} in {town} || A plot that lay empty for {num} years is now growing {crop}. Anyone in {town} may pick [on weekdays|in return for an hour's weeding|from the front beds].
next: First harvest of {crop} shared at {town} garden || Some {big} people queued at {spot} for {crop} grown by neighbours. What was left went to a lunch club.
view: {town} growers ask for longer lease at {spot} || The lease on the garden ends in {small} years. {person} says trees need [more time than that|a promise|decades].
-- flood clean-up | 0.9 | the burst water main
road: Harbour Road; Station Street; Chapel Hill; the ring road; Weaver's Row; Orchard Avenue
news: Burst main floods {road} and cuts water to {big} homes in {town} || Engineers worked overnight in {town} after a pipe burst under {road}. Bottled water is being handed out at [the leisure centre|two schools|the library].
next: Taps running again in {town} after {road} repair || The water company says pressure is back to normal but {road} stays closed until {day}. Customers may claim [a refund|for spoiled stock|bill credit].
why: Why {town}'s water pipes keep bursting || Most of the network is {num} years old and lies in shifting clay. Replacing it would take {small} years, engineers say.
-- street festival | 0.8 | the {fest} festival
fest: lantern; kite; oyster; brass band; scarecrow; cheese-rolling; book; lavender
news: Record crowd at {town}'s {fest} festival || About {num},000 visitors filled the centre of {town} for the {fest} festival, [the sunniest in years|now in its second decade|despite a train delay].
next: {town} counts the takings after {fest} festival weekend || Hotels were full and cafés sold out. Organisers of the {fest} festival put the boost at {money}.
long: The {town} {num}-year-old who has never missed a {fest} festival || {person} helped to start the event with a borrowed trailer. This year the committee named [a prize|the main stage|a bench] in the pioneer's honour.
-- library hours | 1.0 | library opening hours
news: {town} library to open on {day}s again || After {small} years of shorter hours the {town} library will open an extra day. A gift of {money} pays for [two new librarians|longer evenings|a children's room].
view: Students welcome later closing at {town} library || {person}, who is revising for exams, says the warm reading room [is the only quiet place|beats the kitchen table|saves bus fares].
why: What libraries lend besides books: a {town} guide || Drills, telescopes, ukuleles and seeds: members in {town} borrowed {big} such things last year. Here is how it works.
-- water rescue | 0.8 | the rescued {boat}
boat: rowing boat; houseboat; kayak group; sailing dinghy; pedal boat; paddleboarder
news: Passers-by pull drifting {boat} to safety near {town} || A quick-thinking jogger and {small} anglers used a rope to bring in a {boat} carried off by the current at {town}. All aboard were [cold but well|unhurt|checked by paramedics].
next: Rescuers of {town} {boat} to receive bravery award || {person} and friends say they 'did what anyone would do'. The ceremony is on {day}.
why: How to stay safe on the water: advice after {town} {boat} scare || Check the tide, wear a life jacket, tell someone ashore. Instructors share {small} simple rules.

== Public Affairs | 1.0
close: The decision can be appealed.; A final vote is expected on {weekday}.; Opposition members asked for more time.; The ministry declined to give a date.; An independent review will report in {small} months.
* view: {region} campaigners split over {topic} || Groups that usually agree see {topic} differently. {org} calls it [a first step|too timid|a fair compromise], while {person} wants [clear targets|a longer trial|simpler forms].
* why: {^topic}, explained by {person} || What would change, for whom and from when: {topic} in {small} short answers, with a note for residents of {region}.
* next: {region} committee takes up {topic} || Members heard {num} witnesses on {topic} before asking for [fresh figures|another hearing|legal advice]. The chair hopes to finish by {weekday}.
* view: Editorial: on {topic}, {town} needs candour || Officials in {town} have been slow to publish what they know of {topic}. [A page of figures|An apology|One open evening] would do more than slogans.
* long: The clerk who knows everything about {topic} || {person} has kept the files in {town} for {num} years. Ask about {topic}, and a box comes down from the shelf.
* next: Survey: {num} per cent in {region} had not heard of {topic} || {org} asked {big} adults about {topic}. Younger people were [better informed|more hopeful|less patient].
-- council budget | 1.1 | the {town} budget
cut: bus passes; street lighting; park wardens; leisure centres; school meals; bin rounds
news: {town} council agrees budget after {num}-hour debate || Council tax will rise by {small} per cent and spending on {cut} is [protected|trimmed|frozen]. The budget passed by {small} votes.
view: Parents and traders question {town} spending on {cut} || Letters to the town hall ask why {cut} came up so late in the talks. {person} promises [a rethink|monthly updates|an audit].
long: Inside the spreadsheet: who really decides what {town} spends || Most of the money is committed before a councillor sees it. We followed {money} from grant to [pothole|playground|payroll].
-- four-day week trial | 1.2 | the four-day week for {who}
who: town hall staff; nurses; tax clerks; librarians; park rangers; planners
news: {region} to try four-day week for {who} || About {big} {who} will work fewer hours for the same pay in a {small}-month trial. Results will be compared with [a control group|last year|similar towns].
next: Sick days fall in {region} four-day week trial || Early figures show {num} per cent fewer absences among {who}. Phone waiting times [barely changed|improved|rose slightly].
view: 'My best idea came on a Friday off': {region} {who} on shorter weeks || Staff describe more sleep and busier Mondays. Managers admit to [early doubts|rota headaches|quiet envy].
-- public toilets law | 1.0 | the bill on {subject}
subject: public toilets; tree felling; noisy vehicles; right to repair; playground safety; short lets; street trees; rural post offices
news: Lawmakers in {region} back bill on {subject} || The regional assembly voted {num} to {small} for new rules on {subject}. They take effect [next autumn|in two stages|after consultation].
view: Small firms in {region} ask for help with new rules on {subject} || {person} of {org} says the aim is right but the paperwork on {subject} needs [plain language|a grace period|a single form].
long: {num} years of argument: {region}'s slow road to a law on {subject} || It began with one letter from {town}. How {subject} went from joke to statute book.
-- census result | 1.5 | the {region} population figures
fact: more people now live alone than ever; one in {small} residents works from home; villages are growing faster than cities; the median age has passed 41; bicycles outnumber cars in {small} districts
news: Census: {fact} in {region} || The first results from the {region} census show that {fact}. Statisticians [surveyed every street|warn of rounding|counted for six weeks].
why: How {region} counts its people, and why it takes a year || Forms, doorsteps and checks: a statistician from {org} explains how they counted everyone [twice|without counting anyone twice|even on boats].
long: The {region} village that tripled in size || When the figures came out, {town} was the surprise. {person} takes us round the building sites.
-- court ruling | 1.0 | the ruling over {dispute}
dispute: a hedge; a church bell; a shared driveway; a rooster; a secret recipe; a tree house; a right of way; a garden pond
news: Judge in {town} settles {small}-year dispute over {dispute} || A court in {town} has ruled on {dispute} that set neighbours at odds. Costs of {money2} will be [shared|paid by the claimant|waived].
next: Appeal planned after {town} ruling on {dispute} || Lawyers say the case about {dispute} raises [a wider question|a point of principle|doubts about old maps]. A hearing may follow in spring.
why: What the {town} ruling on {dispute} means for your home || Keep records, talk early, check the deeds: lawyers give advice after the argument over {dispute}.
-- postal service | 1.0 | the new delivery rules for {item}
item: letters; parcels; newspapers; medicines; election forms
news: Post office in {region} to change delivery of {item} || From next year {item} will arrive on [alternate days|weekday afternoons|three fixed days] in most of {region}. Remote islands are exempt.
view: {region} islanders uneasy about fewer deliveries of {item} || {person} runs a small shop near {town} and depends on {item}. 'Once a week is not a service.'
long: On the round with the postwoman of {town} || {num} kilometres, {small} dogs and one steep hill: a day delivering {item} before the timetable changes.
-- passport queues | 0.9 | waiting times for {doc}
doc: passports; driving licences; building permits; birth certificates; fishing licences
news: Waiting time for {doc} falls to {small} weeks in {region} || {region} officials credit [a new online form|{num} extra staff|weekend shifts] for clearing a backlog of {doc}.
next: {region} website for {doc} fails on first day || Applicants for {doc} saw error pages for {small} hours on {weekday}. Engineers in {region} restored the site [by evening|in stages|with an older version].
why: How to get {doc} faster in {region} || Five mistakes that send forms back, according to clerks who process {doc} in {town}.

== Business | 1.1
close:  Terms were not disclosed.; Analysts had expected less.; A spokesperson said talks went on until {day}.; The company is family owned.
* view: Staff and rivals respond to {topic} at {company} || {^topic} drew [a cautious welcome|sharp questions|praise] from the works council at {company}. {person} wants [guarantees in writing|a seat at the table|clear dates].
* why: What {topic} tells us about {company} || A short history in {small} charts: how {company} arrived here, and what competitors of the {sector} will watch.
* long: The quiet boss behind {company} || {person} answers letters by hand and avoids conferences. A profile of the {sector} chief in the week of {topic}.
* view: {town2} suppliers watch {topic} with care || A workshop in {town2} sells a third of its output to {company}. For its owner, {topic} means [sleepless nights|a bigger shed|a new contract].
* next: {town} mayor meets {company} over {topic} || Town leaders want to know how {topic} affects jobs and apprenticeships. The meeting took {small} hours and ended with [a handshake|a timetable|few details].
* why: {company} in numbers || {num2} years old, {big} staff, one stubborn founder: a short portrait of the {sector} as {topic} makes headlines.
-- takeover | 1.0 | the takeover talks
trade: bakery chain; paint maker; bicycle brand; toy maker; dairy group; tile manufacturer; garden centre chain; shipping broker
news: {company} agrees to buy {trade} {company2} for {money} || {company} will take over {company2}, {a trade} based in {town}. The brands will [stay separate|merge by summer|share warehouses].
next: Regulator opens inquiry into {company} bid for {company2} || Officials will ask if one {trade} fewer means higher prices. Both firms say [savings will be passed on|they rarely compete|the deal protects jobs].
view: {company2} workers seek promises before sale to {company} || At the {trade} in {town}, {big} staff want to know which sites stay open.
-- factory opening | 1.2 | the new factory in {town}
goods: heat pumps; oat milk; batteries for bicycles; wooden windows; hearing aids; paper packaging; tram parts; solar glass
news: {company} to build {goods} factory in {town} || The {money} plant will make {goods} and employ {big} people from next year. {town} beat {small} other sites.
next: First {goods} roll off line at {town} plant || {company} started production {small} weeks early. {person}, the plant manager, credits [local apprentices|a simple design|patient suppliers].
long: Can {goods} bring {town} back? || The town lost its mill {num} years ago. Now trainees learn to make {goods} in the same streets.
-- quarterly results | 0.6 | quarterly results
cause: strong demand abroad; cheaper energy; a mild winter; online orders; a successful new range; weaker raw material costs
bad: higher wages; late deliveries; a costly recall; slow holiday sales; currency swings
news: {company} profit [jumps|climbs|rises] {num} per cent on {cause} || Quarterly earnings at the {sector} reached {money}. The board lifted its forecast for the year, citing {cause}.
next: {company} warns on profit because of {bad} || The {sector} expects earnings to fall this half owing to {bad}. {person} said prices would [not rise|edge up|be reviewed].
why: How to read the {company} results || Sales, margins and that one-off charge: what matters in the figures from the {sector}.
-- strike | 0.8 | the pay dispute
job: dock workers; bakers; cabin crews; warehouse staff; glass makers; parcel couriers; brewery workers
news: {^job} in {town} walk out over pay || About {big} {job} stopped work at {company} on {day}. They want {small} per cent more and [fixed rotas|longer breaks|safer machines].
next: {^job} and {company} reach deal after {num} hours || The agreement for {job} in {town} includes a rise of {small} per cent and [a bonus|extra leave|a review of shifts].
view: Shops near {town} run short as {job} stay out || Retailers say shelves are emptying. Many customers nevertheless [support|wave to|bring soup to] the {job}.
-- new product | 0.9 | the launch of the {thing}
thing: folding electric scooter; compostable coffee cup; silent leaf blower; rentable pushchair; refillable toothpaste tablet; modular sofa; self-watering window box; repairable phone
news: {company} unveils {thing} || The {thing} goes on sale in {small} countries [this month|in spring|after a short trial]. {company} hopes to sell {num},000 in the first year.
next: {company}'s {thing} sells out within {small} hours || The firm apologised to customers after the {thing} went faster than planned. A second batch comes [in six weeks|before the holidays|next month].
view: We tried {company}'s {thing}: clever, but is it needed? || Our tester used the {thing} for {small} weeks in {town}. It [won over the neighbours|needs better instructions|squeaks].
-- shop closure | 0.9 | the closing of {num} branches
chain: bookshop; shoe shop; stationery shop; hardware shop; fabric shop; department store; toy shop
news: {chain} chain {company} to shut {num} branches || {company} says rents and empty high streets leave no choice. The {town} branch, opened {num2} years ago, closes [first|in spring|after the sales].
next: Staff at {town} {chain} plan to buy it themselves || {small} employees of {company} have raised {money2} to run the {chain} as a cooperative.
long: What a {chain} leaves behind in {town} || Regulars remember first wages and rainy Saturdays as the {company} sign comes down.
-- chief executive | 1.0 | the change at the top
news: {company} names {person} as chief executive || {person} joins the {sector} from {company2} and takes over in {small} weeks. The board wanted [an outsider|an engineer|a calm hand].
next: New head of {company} sets out {small}-point plan || Fewer meetings, more repairs, a second plant: {person} told staff at the {sector} what comes next.
view: Investors cool on choice of {person} at {company} || Some shareholders in the {sector} hoped for [a bolder name|a split of the group|a woman from within]. Others praise [patience|local roots|a clean balance sheet].

== Money | 0.9
close: {org} had expected as much.; A longer version is on our money pages.; {person} answers questions on {weekday}.; Officials in {region} declined to comment.
* why: What {topic} means for {region} households || Mortgages, shopping and savings: how {topic} reaches your purse, in {small} examples from {region}.
* view: {town} economists disagree about {topic} || {person} of {org} calls {topic} [a blip|a turning point|good news with a catch]. Others point to [wages|rents|exports].
* long: One {town} street, {small} budgets: living with {topic} || Families in {town} opened their accounts to us. {^topic} looks different from each kitchen table.
* view: Ask {person}: should I worry about {topic}? || A reader from {town} has {money2} saved and asks about {topic}. {person} suggests [patience|a spreadsheet|spreading the risk].
* next: {org} files complaint related to {topic} || {org} says the advice that banks gave was [confusing|late|incomplete]. Banks in {region} have until {day} to reply.
-- interest rates | 0.8 | the central bank's decision
news: {region} central bank [holds|trims|raises] key rate as {force} || Policymakers voted {small} to two after seeing that {force}. The governor spoke of [patience|balanced risks|a narrow path].
force: food prices ease; wages pick up; exports slow; house building recovers; energy bills fall; unemployment edges up
next: {company} and other lenders change mortgage offers within hours of rate decision || The first move was by a quarter point. Brokers report {num} per cent more calls because {force}.
why: Fixed or variable? Choosing a loan in {region} now that {force} || A guide for borrowers with {small} worked examples, from first flat to remortgage.
-- inflation | 0.8 | the price of {good}
good: butter; olive oil; train tickets; coffee; school shoes; second-hand cars; eggs; hotel rooms
news: Inflation [slows|eases|ticks up] to {digit}.2 per cent as {good} [get cheaper|cost more] || Consumer prices in {region} moved less than expected last month. {^good} made the biggest difference.
view: {town} bakers and cafés feel the price of {good} || {person}, who runs a café in {town}, changed the menu {small} times. Customers [notice|understand|bring their own].
why: {person} explains why the price of {good} jumps about || Weather, shipping and a few large buyers: the long journey of {good} to your basket.
-- saving scam | 1.0 | the {trick} scam
trick: parcel text; romance; roof repair; ticket; rental deposit; prize draw; fake invoice; puppy sale
news: Banks in {region} warn of new {trick} scam || Customers in {region} lost {money} to a {trick} fraud in {small} months. Never share [codes|passwords|card details] by phone.
next: {small} arrested over {trick} fraud in {town} || Officers seized phones and notebooks. Victims of the {trick} scheme may be repaid by [their bank|a fund|the court].
long: 'It sounded so kind': how the {trick} scam caught a careful man in {town} || A retired accountant from {town} tells how {money2} vanished, and what he would do differently.
-- house prices | 1.0 | house prices in {region}
kind: terraced houses; small flats; farmhouses; new-build homes; houseboats; bungalows
news: Price of {kind} in {region} [up|down] {small} per cent || Estate agents report [more viewings|longer chains|fewer sellers] for {kind}. The average is now ${num2}5,000.
view: First-time buyers in {town} turn to {kind} || {person} and partner looked at {num} homes before choosing. Agents say {kind} offer [space|value|character].
why: Should you rent or buy in {region}? || We compared the cost of {kind} over {small} years, including repairs and lost interest.
-- pensions | 1.5 | the pension changes for {group}
group: freelancers; carers; part-time workers; nurses; farmers; artists
news: {region} pension rule change to help {group} || From next year {group} may make payments [in small sums|after gaps|each month] and keep the employer's share. About {num},000 people gain.
next: {num},000 {group} sign up to {region} pension in first month || The fund's website struggled, but most {group} finished in under an hour. {person} of {org} [helped out by phone|calls it a relief|had hoped for more].
why: Pensions for {group}: {org} on where to start || How much, how often and what if work dries up? Answers to {num} questions from {group}.
-- currency and shares | 0.4 | the day in {sector2} shares
sector2: shipping; solar; retail; timber; chip; airline; cocoa; insurance
news: Shares [rise|slip|end flat] as {sector2} stocks [lead|weigh|surprise] || The main index in {region} moved {small} tenths of a point. {company} stood out in {sector2} after [an upgrade|a large order|its results].
next: {sector2} stocks [extend gains|recover|give back gains] in late trading || Volume was thin before the holiday. {company} and {company2} were the most traded names in {sector2}.
why: What is moving {sector2} shares such as {company}? || Demand from abroad, a new rule and one very large fund: three forces behind {sector2} prices.
-- cashless | 1.2 | cash at {place}
place: village halls; car parks; buses; school canteens; market stalls; museums
news: {region} {place} told to keep taking cash || A new rule says {place} must accept coins and notes for sums under {num}. Fines start [in spring|after a year|at once].
view: {town} stallholders and pensioners cheer cash rule for {place} || 'My grandson's pocket money counts too,' says {person}.
long: A week without cards in {town} || Our reporter paid for everything with coins. At {place} it went [smoothly|badly|unexpectedly well].

== Education | 0.9
close: The news came at morning assembly.; {org} will follow the matter.; Other schools in {region} are watching.; {person} calls it a good day for {town}.
* view: {town} teachers and parents weigh {topic} || Staff rooms in {town} are talking about {topic}. {person}, a teacher for {num} years, [welcomes the idea|fears more paperwork|wants pupils to decide].
* why: {^topic}: what parents in {town} should ask || {small} questions about {topic} for the next open evening, with answers from {org}.
* long: Inside {school}, at the heart of {topic} || We sat at the back of class for {small} days to see what {topic} looks like from a desk in {town}.
* view: {person}, 15, on what adults get wrong about {topic} || Our guest writer, a pupil at {school}, has read every article on {topic} and found [no child quoted|two spelling mistakes|much guessing].
* next: Ministry visits {town} to learn about {topic} || Officials spent a morning at {school} and asked about {topic}. Lunch was [quiet|excellent|an education].
-- phone ban | 1.0 | the school {ban} rule
ban: phone; homework; uniform; tablet; packed lunch; playtime
news: {town} school changes its {ban} rule || From {weekday}, {school} will [relax|tighten|rewrite] its rule on {ban}s after a vote by pupils. {num} per cent were in favour.
next: Calmer corridors? {school} reviews {ban} rule after {small} months || Staff noticed [more talk at lunch|fewer late arrivals|louder playgrounds]. A survey of pupils follows.
view: '{small} reasons I miss the old {ban} rule': pupils speak || Not everyone at {school} is happy. Year nine wrote a polite, funny protest.
-- exam results | 0.7 | the {subject} results
subject: mathematics; languages; music; physics; history; art; computing
news: Record number in {region} choose {subject} as results come out || Grades in {subject} [rose|held steady|dipped] across {region}. At {school} {num} pupils earned top marks.
next: {org} adds places in {subject} after results || {num2} extra places help those who just missed. Phone lines opened at eight on {weekday}.
why: Missed a grade in {subject}? Options in {region} || Remarks, resits, apprenticeships and a year out: advisers explain what to do first.
-- new school meal | 1.0 | the {meal} lunches
meal: lentil curry; fish pie; bean chilli; vegetable lasagne; porridge bar; soup and bread
news: Pupils cook lunch as {town} tries new school meals || Children at {school} plan, chop and serve {meal} once a week. Food waste fell by {num} per cent.
next: {meal} beats chips in {town} pupil poll || More than {big} children voted for {meal}. The kitchen team had [doubts|a secret recipe|to order bigger pans].
long: The cook who taught a school to love {meal} || {person} left a hotel kitchen for {school}. Lunch has not been the same.
-- university research gift | 1.3 | the gift to {org}
field: marine biology; early music; robotics; rural medicine; soil science; translation; glass making
news: {org} receives {money} for {field} || A former student has left a fortune to study {field}. The first {num} scholarships open [in autumn|to mature students|next year].
view: Does {field} need a palace? {org} asks || Some staff would rather see lecturers paid than a new building for {field}.
long: The shy {town} clerk who left millions to {field} || {person} lived in two rooms. Friends knew about the notebooks, not the money.
-- teacher shortage | 1.2 | the shortage of {kind} teachers
kind: physics; primary; music; language; special-needs; design
news: {region} short of {big} {kind} teachers || Schools are [sharing staff|merging classes|hiring retired staff] to cover lessons. A bursary of {money2} is offered.
next: Retired engineers and nurses train as {kind} teachers || {num} career changers started this week in {town}. The oldest is {person}, 63.
why: Why {kind} teachers leave {region} || Pay matters less than planning time, says a study of {big} former {kind} teachers by {org}.
-- robot contest | 0.8 | the pupils' {contest} prize
contest: robotics; debating; chess; spelling; bridge-building; poetry; weather-balloon
news: {school} wins national {contest} final || A team of {small} from {town} beat {num} schools. Their [calm under pressure|odd strategy|home-made kit] impressed the judges.
next: {contest} champions of {school} invited abroad || The pupils travel in spring. {town} raised {money2} for the fares in {small} days.
long: How a lunchtime {contest} club took over {school} || It began with {small} children and a biscuit tin. Now there is a waiting list.
-- forest school | 1.4 | lessons at {where}
where: a forest; a beach; an allotment; a farm; a canal boat; a museum
news: Class moves to {where} for a term in {town} || Pupils of {school} have all lessons at {where} on {weekday}s. Early tests show [better focus|longer sentences|muddier shoes].
view: 'My son asks for rain': {town} parents on lessons at {where} || Families were doubtful. Now {num} more have applied.
why: What {org} says about learning at {where} || Gains in attention are real but modest, according to {num} studies, and {person} has read them all.

== Transport | 1.0
close: A map is on our website.; {town2} is affected as well.; Staff at {town} handed out leaflets.; Further news is expected on {weekday}.
* view: {town} commuters react to {topic} || Passengers between {town} and {town2} told us about {topic}: [longer days|fuller trains|more sleep], and a few kind words for staff.
* why: A {town} traveller's guide to {topic} || What travellers around {town} need to know about {topic}, with a map and {small} tips.
* long: The people who keep {town} moving || Before dawn, {person} checks points and kettles. A night shift in {town} in the week of {topic}.
* view: Opinion: {topic} shows what {region} forgot about travel || {person} of {org} argues that {topic} is about [time|fairness|pavements], not engines.
* next: {town2} passengers ask for answers on {topic} || More than {big} people between {town} and {town2} signed a letter about {topic}. Operators reply on {day}.
-- bridge closed | 0.9 | the closure of the {bridge}
bridge: swing bridge; ring-road flyover; footbridge; canal aqueduct; suspension bridge; railway viaduct
fault: a cracked bearing; a lorry strike; rusted cables; loose stonework; a nesting falcon; a power fault
news: {^bridge} in {town} shut because of {fault} || Engineers closed the {bridge} on {day} after finding {fault}. Traffic is sent through {town2}.
next: {town} {bridge} to reopen to {users} first || Work to deal with {fault} is going well, says the highways office. Heavy vehicles wait {small} more weeks.
users: cyclists; pedestrians; buses; light traffic; farm vehicles
view: Shops near {town} {bridge} count cost of closure || Takings are down {num} per cent since {fault} cut off the bank. Traders ask for [a free ferry|rate relief|signs].
-- rail line | 1.1 | the {line} railway
line: coastal; valley; moorland; lakeside; harbour; northern
news: {line} railway between {town} and {town2} to reopen || Trains last ran {num} years ago. The {money} project brings [an hourly service|{small} new stations|electric units].
next: First test train runs on {town}'s {line} line || Crowds waved from the platforms as an empty train crept towards {town2}. Passengers board in {small} months.
long: Riding {town}'s {line} line before anyone else || Gorse, tunnels and a station cat: our reporter takes the first {num} kilometres out of {town}.
-- air delays | 0.5 | the delays at {town} Airport
why2: fog; a baggage system fault; a radar upgrade; snow on the runway; a software error; an engine check
news: {num} flights delayed at {town} Airport by {why2} || Passengers waited up to {small} hours on {day}. Airlines handed out [vouchers|blankets|sandwiches].
next: {town} Airport back to normal after {why2} || The last delayed aircraft left at midnight. A report on the cause is promised.
why: Delayed by {why2} at {town}? What airlines owe you || Meals, hotels or cash: your rights depend on distance and cause.
-- cycle lanes | 1.1 | the new cycle lanes
street: High Street; the harbour front; University Avenue; the old tramway; Market Square; the river path
news: Cycle trips on {street} in {town} double after new lanes || Counters near {town2} Gate logged {num}0,000 rides in a month. Buses run [faster|as before|a minute slower].
view: {town} shopkeepers on {street} torn over cycle lanes || Some lost parking, others gained customers. {person} did both.
next: {town} to extend {street} cycle lanes to {town2} || The link costs {money} and adds {num} kilometres. Planting comes first.
-- electric buses | 1.0 | the {vehicle} fleet
vehicle: electric bus; tram; hydrogen bus; night bus; ferry; on-demand minibus; cable car
news: {town} orders {num} vehicles for new {vehicle} service || The {vehicle} will link {town2} with the hospital every {num2} minutes. Fares stay [flat|free for children|under two coins].
next: {vehicle} passengers pass one million in {town} || The milestone came {small} months early. {person}, a nurse, won [a year's pass|flowers|a ride in the cab].
view: Too quiet? Residents on {town}'s {vehicle} || Blind groups want a warning sound; light sleepers do not. Trials begin on {day}.
-- roadworks | 0.6 | the roadworks on the {road}
road: A14 spur; eastern bypass; coast road; airport link; hill road; tunnel approach
news: Long queues on {road} near {town} as {num}-day works begin || Lane closures will last until late spring. The surface was [worn through|laid in 1978|full of potholes].
next: {road} lanes near {town} reopen {small} days early || Dry weather helped {company}'s crews. A speed limit stays for a week.
why: Why {region}'s {road} is dug up again || Gas, water, cables and bad luck: who is allowed to dig, and when.
-- ticket prices | 0.9 | the fare changes
pass: monthly pass; family ticket; student card; weekend ticket; single fare; commuter card
news: Price of {pass} to [fall|rise] {small} per cent in {region} || Operators point to [fuel|fuller trains|a state grant]. The {pass} was last changed {small} years ago.
view: Students and shift workers on the new {pass} || {person} travels daily from {town} and did the sums on the back of a ticket.
why: Is the {region} {pass} worth it? || We counted journeys for {small} kinds of traveller. The answer depends on Fridays.
"""
