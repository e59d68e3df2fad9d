"""Departments of the product generator for leisure: family, sport, pets, food, books and hobbies (see `product_words_home`)."""

LEISURE = """
== Baby | 0.9 | plain
brands: Tiny Harbour; Nestling; Pip & Willow; Dozebury; Littlefern; Mossling
colours: oatmeal; sage; powder blue; blush; lemon; grey
uses: for twins; for grandparents' houses; for days out; for first-time parents; for small homes; as a shower gift
points: Tested to current safety standards. Parents helped to design it. Easy to keep clean. No harsh dyes or finishes. Passes easily from one child to the next. Instructions are mercifully short.
pushchair | 340 | lightweight; all-terrain; travel-system; double; reversible | from birth; from 6 months; up to 22 kg | a one-hand fold; a large hood; a roomy basket; lockable wheels | steer over kerbs; fold small enough for a bus; lie flat for naps
car seat | 210 | rotating; infant; high-backed; group | birth to 15 months; 9 months to 4 years; 4 to 12 years | side-impact wings; an anchored base; a newborn insert; a recline | swivel to the door; grow with the child; click in with a green light
cot | 260 | convertible; bedside; slatted; travel | 120 x 60 cm; 140 x 70 cm | three base heights; a drop side; teething rails; a drawer | turn into a toddler bed; stand within arm's reach; pack into a bag
baby carrier | 96 | wrap; structured; ring-sling; hip | newborn; 3.5 to 15 kg; toddler | a head support; a waist belt; breathable mesh; a sleep hood | spread weight across the back; keep little hips well placed; free both hands
baby monitor | 105 | video; audio; movement; two-camera | 300 m range; 3.5-inch screen; 5-inch screen | night vision; a talk-back button; lullabies; a room thermometer | show every wriggle; warn when the room cools; hold its signal through thick walls
high chair | 115 | folding; wooden; clip-on; convertible | 6 months up; birth to 10 years | a dishwasher-safe tray; a five-point harness; a footrest; a wipe-clean seat | bring baby to the table; become a desk chair; fold thinner than a suitcase
+baby bottles | 24 | anti-colic; glass; wide-neck; silicone | 150 ml, pack of 3; 260 ml, pack of 2; 330 ml, pack of 4 | slow-flow teats; a vent valve; a travel lid; printed measures | keep air out of feeds; feel close to the breast; survive the steriliser
!+nappies | 22 | biodegradable; overnight; swim; reusable; newborn | size 1, pack of 44; size 3, pack of 60; size 5, pack of 34 | a wetness stripe; stretchy sides; a soft cuff; plant fibres | stay dry until morning; hold the messiest surprises; fit without red marks
sleeping bag for babies | 38 | muslin; quilted; jersey; convertible-foot | 0.5 tog; 1 tog; 2.5 tog | poppers at the shoulder; a two-way zip; a car-belt slot; a printed room guide | stop covers being kicked off; make night changes quick; keep warmth even
changing bag | 66 | backpack; tote; quilted; crossbody | 12 L; 18 L; 25 L | a folding mat; insulated bottle pockets; pram clips; a wet pouch | keep everything in reach; pass for a handbag; hang from a buggy
+babygrows | 21 | organic-cotton; zip-up; ribbed; printed | newborn, pack of 3; 3-6 months, pack of 3; 9-12 months, pack of 5 | fold-over mitts; envelope necks; nickel-free poppers; grippy feet | go on over a wriggling head; survive stain soaks; stretch through a growth spurt
play mat | 48 | foam; padded; activity-gym; reversible | 100 cm; 120 x 180 cm; 150 x 200 cm | hanging toys; a mirror; a tummy-time pillow; a wipe-clean face | cushion first tumbles; hold a baby's gaze; roll up behind the sofa

== Toys & Games | 1.1 | plain
brands: Wobblewood; Jigsaw Lane; Merrythought Mill; Quirkle & Co; Tumbledown Toys; Puddleduck Works
colours: -
uses: for rainy afternoons; for birthdays; for family evenings; for quiet play; for curious children; for playdates
points: No batteries needed unless stated. Made to be handed down. Colours are water-based. Teachers helped to test it. The box doubles as storage. Screen-free fun. Lost pieces are replaced free of charge.
wooden train set | 48 | figure-of-eight; farm; harbour; mountain; starter | 24 pieces; 40 pieces; 80 pieces | a working crane; magnetic couplings; a tunnel; a station | link with other tracks; teach cause and effect; keep a toddler busy for ages
+building blocks | 34 | magnetic; beech; space; castle; architect | 40 pieces; 100 pieces; 250 pieces | a storage sack; wheels and axles; idea cards; see-through tiles | turn into towers and bridges; introduce shapes and balance; click together firmly
jigsaw puzzle | 19 | landscape; illustrated-map; floor; panoramic; wildlife | 60 pieces; 500 pieces; 1,000 pieces; 2,000 pieces | thick linen board; a folded poster; a sorting tray; an artist's illustration | fill a slow weekend; click without dust; reveal jokes hidden in the picture
board game | 37 | cooperative; strategy; trading; deduction; exploration; harbour-building | 2-4 players; 2-6 players; 1-5 players | a double-sided board; carved wooden pieces; short rules; a solo mode | finish within the hour; turn on one clever bluff; reward planning over luck
card game | 14 | bluffing; memory; drafting; word; quick-fire | 2-5 players; 3-8 players; solo or pairs | a travel tin; linen-finish cards; silly forfeits; a scoring pad | fit in a pocket; teach in two minutes; end in laughter
doll | 29 | rag; baby; articulated; knitted | 20 cm; 35 cm; 46 cm | a change of clothes; brushable hair; a carry basket; embroidered features | sit up for tea parties; fit small arms; sleep when laid down
doll's house | 115 | townhouse; cottage; portable; modern | 2 floors; 3 floors; 4 floors | opening doors; a furniture set; working shutters; a lift | invite long stories; open on both sides; suit most small dolls
soft toy | 23 | bear; rabbit; whale; fox; elephant; dragon | 18 cm; 28 cm; 45 cm | floppy paws; recycled filling; a knitted jumper; stitched eyes | become a bedtime regular; survive the washing machine; sit in a coat pocket
science kit | 36 | crystal-growing; volcano; solar-robot; microscope; weather; chemistry | 8 experiments; 20 experiments; 60 experiments | safety goggles; a lab notebook; real instruments; a wall chart | make reactions fizz safely; explain why and not only how; start a hobby
remote-control car | 54 | off-road; stunt; buggy; drift; crawler | 1:10 scale; 1:16 scale; 1:24 scale | a rechargeable pack; working headlights; spring suspension; spare tyres | climb sofa cushions; land a flip without stopping; reach running pace
ride-on toy | 68 | tractor; balance-bike; scooter; rocking-horse; digger | 1 to 3 years; 2 to 5 years; 3 to 6 years | rubber tyres; a storage seat; a bell; an adjustable saddle | build balance early; roll quietly indoors; carry teddy along
dressing-up costume | 28 | knight; astronaut; dinosaur; doctor; wizard; beekeeper | 3-4 years; 5-6 years; 7-8 years | a matching hat; soft fastenings; padded shoulders; a tail | go over everyday clothes; star in the school play; launch a hundred games
modelling clay | 13 | air-dry; oven-bake; soft; sparkling | 6 colours; 12 colours; 24 colours | rollers and cutters; airtight tubs; a wipe-clean mat; a project leaflet | stay pliable for months; set hard enough to paint; come out of carpets

== Sports & Fitness | 1.0 | model
brands: Ferrand; Pulsebridge; Kinetta; Ironlark; Volley Row; Strongmere
colours: black; grey; electric blue; lime; plum
uses: for beginners; for club players; for families; for team training; for a new routine; for keen amateurs
points: Tested by coaches. Wipes clean after a session. A training plan is included online. Built for daily use. Two-year cover on all parts. Ships flat with the tools you need where there is anything to assemble.
yoga mat | 38 | cork; natural-rubber; travel; extra-thick; jute | 2 mm; 4 mm; 6 mm; 10 mm | alignment lines; a carry strap; a closed-cell top; a reversible surface | grip when hands sweat; cushion bony knees; unroll flat
+dumbbells | 66 | hexagonal; adjustable; neoprene; cast-iron | pair, 2 kg; pair, 8 kg; pair, 15 kg; 24 kg | knurled handles; a tray; a twist-lock dial; rounded ends | replace a whole rack; stay put on the floor; suit slow, careful lifting
kettlebell | 44 | competition; vinyl-coated; adjustable; powder-coated | 6 kg; 12 kg; 16 kg; 24 kg | a wide handle; a flat base; a colour-coded body; a rubber foot | swing smoothly; train grip and hips; spare wooden floors
+resistance bands | 19 | fabric; loop; tube; long | set of 3; set of 5; set of 11 | a door anchor; foam handles; a mesh pouch; graded tension | wake up the glutes; travel in a pocket; ease a stiff shoulder
exercise bike | 390 | upright; spin; recumbent; folding | 6 kg flywheel; 13 kg flywheel; 18 kg flywheel | a magnetic brake; a tablet shelf; a padded saddle; pulse grips | run near silently; fold into a cupboard; track watts and distance
treadmill | 620 | folding; walking; curved; incline | 6 km/h; 14 km/h; 18 km/h | a cushioned deck; transport wheels; a safety key; preset hills | slide under a desk; soften each stride; fold up with one hand
rowing machine | 470 | water; magnetic; air; folding | 110 kg limit; 130 kg limit; 150 kg limit | an ergonomic handle; a performance monitor; a steel rail; pivoting footrests | work legs, back and lungs together; sound like a lake; stand on end
tennis racket | 96 | graphite; junior; lightweight; control | 23-inch; 25-inch; 27-inch | an oversized head; a vibration damper; an open string bed; a full cover | forgive late swings; add spin; stay easy on the arm
football | 24 | match; training; futsal; street | size 3; size 4; size 5 | thermally bonded panels; a butyl bladder; a textured skin; hand stitching | fly true; keep its shape on concrete; hold air for months
basketball | 28 | indoor; outdoor; composite; junior | size 5; size 6; size 7 | deep channels; a tacky cover; a nylon-wound core; a pump | bounce evenly on tarmac; settle in the palm; arrive ready for tip-off
+swimming goggles | 22 | racing; mirrored; prescription; open-water; junior | small fit; regular fit; wide fit | anti-fog lenses; a split strap; soft gaskets; a hard case | seal without suction marks; cut glare at dawn; widen the view
foam roller | 26 | grooved; vibrating; smooth; travel | 30 cm; 45 cm; 90 cm | a hollow core; three speeds; a dense ridge; a stretch chart | work out knots; loosen hamstrings after a run; fit in a gym bag
golf club set | 420 | beginner; hybrid; ladies'; junior | 5 clubs; 9 clubs; 12 clubs | a stand bag; graphite shafts; head covers; a mallet putter | get the ball airborne; suit slower swings; cover a full round
badminton set | 42 | garden; club; family; travel | 2 rackets; 4 rackets; 6 pieces | a free-standing net; feather shuttles; a zip case; padded grips | go up in five minutes; fit in the boot; bring three generations together

== Camping & Outdoors | 0.9 | model
brands: Cairnfoot; Tarn & Timber; Wildwether; Bivouac Lane; Northlee; Emberfell
colours: moss; burnt orange; slate; sand; pine
uses: for festivals; for wild camping; for families; for winter trips; for cycle touring; for long trails
points: Tested on wet hills. A repair patch is tucked inside the box. It packs smaller than it looks. Rated by people who sleep outside. Lifetime repairs. Weights on the label are honest ones.
tent | 230 | dome; tunnel; bell; inflatable; ultralight | 1 person; 2 person; 4 person; 6 person | a darkened bedroom; a porch; colour-coded poles; a sewn-in floor | go up before the kettle boils; stand firm in a gale; stay dry in two days of rain
sleeping bag | 110 | down; mummy; synthetic; quilt; double | 10 C comfort; 0 C comfort; -8 C comfort | a draught collar; a two-way zip; a stuff sack; a hood | hold warmth near freezing; squash to a loaf's size; dry fast when damp
sleeping mat | 72 | self-inflating; air; closed-cell; insulated | 3 cm; 5 cm; 9 cm | a pump sack; a pillow section; welded baffles; a grippy base | keep cold ground at bay; roll small; support side sleepers
camping stove | 58 | gas; wood-burning; alcohol; two-burner; multi-fuel | 90 g; 360 g; 2.4 kg | a windshield; a piezo spark; folding legs; a simmer valve | boil half a litre in two minutes; burn twigs cleanly; fit inside its own pot
cool box | 84 | rotomoulded; soft; electric; backpack | 12 L; 24 L; 45 L | a drain plug; a bottle opener; a seat-strength lid; a shoulder strap | keep ice for four days; chill from a car socket; double as a stool
head torch | 36 | rechargeable; running; red-light; lightweight | 200 lumens; 400 lumens; 900 lumens | a tilting lamp; a lock mode; a washable band; a battery gauge | light a trail at speed; keep night vision; last a whole night on low
camping chair | 49 | folding; low; rocking; two-seat; ultralight | 0.9 kg; 2.8 kg; 4.5 kg | a cup holder; a padded back; wide feet; a carry sack | stay level on sand; pack to a bottle's size; hold a tall person well
rucksack | 135 | trekking; alpine; day; frameless | 28 L; 45 L; 65 L | a ventilated back; a rain cover; hip pockets; a lid compartment | carry heavy loads on the hips; breathe on steep climbs; fit a short back
water bottle | 24 | insulated; steel; collapsible; filter | 500 ml; 750 ml; 1 L | a leakproof lid; a carry loop; a straw cap; a dent-proof base | keep drinks cold for a day; make stream water safe; roll up when empty
pocket knife | 44 | folding; multi-tool; whittling; locking | 5 functions; 9 functions; 14 functions | an olive-wood handle; a corkscrew; a belt clip; a small saw | slice picnic cheese; fix a stove; hold a keen edge
hammock | 55 | parachute-nylon; cotton; insect-netted; double | 260 cm; 300 cm; 320 cm | tree straps; a stuff pouch; steel rings; a ridge line | hang between trees in a minute; sway two at once; keep mosquitoes out
+walking poles | 64 | carbon; folding; cork-grip; shock-absorbing | pair, 105-125 cm; pair, 115-135 cm | flick locks; mud baskets; rubber tips; wrist straps | spare knees on descents; pitch a tarp; fold into hand luggage
picnic blanket | 34 | waterproof-backed; wool; quilted; beach | 130 x 150 cm; 150 x 200 cm; 200 x 200 cm | a leather strap; a shoulder handle; corner pegs; a sand-shedding weave | keep damp grass out; roll tight; seat five and a hamper

== Cycling | 0.8 | model
brands: Spindrift Cycles; Velmont; Chainstay; Peloro; Gearwright; Fellroad
colours: black; racing green; sky blue; red; silver
uses: for commuting; for touring; for weekend rides; for new riders; for all-weather riders; for club runs
points: A torque guide is printed inside the box where one is needed. Ridden hard before it went on sale. Good looks that last past one season. Any workshop will know how to fit or mend it. Two-year guarantee. Tested by commuters.
road bike | 1150 | aluminium; carbon; endurance; steel | 52 cm; 54 cm; 56 cm; 58 cm | disc brakes; a compact chainset; mudguard mounts; wide gearing | climb without protest; smooth broken tarmac; hold speed on the flat
electric bike | 1680 | folding; step-through; cargo; trail | 40 km range; 70 km range; 110 km range | a removable battery; hydraulic brakes; a torque sensor; built-in lights | flatten the hill home; haul two children; charge at a desk
children's bike | 190 | lightweight; balance; geared; belt-drive | 14-inch; 16-inch; 20-inch; 24-inch | small-reach levers; a low frame; a bell; a chain guard | start easily; grow with the rider; weigh little enough to lift
cycle helmet | 66 | commuter; aero; mountain; children's; folding | 48-54 cm; 54-58 cm; 58-62 cm | a dial fit; a rear light; a magnetic buckle; a visor | stay cool on climbs; protect low at the back; fold flat in a bag
bike light | 34 | front; rear; dynamo; rechargeable set | 100 lumens; 400 lumens; 1,000 lumens | a daytime flash; a rubber strap; a side window; a level indicator | be seen from half a mile; light unlit lanes; shrug off spray
bike lock | 52 | folding; D; chain; cable | 80 cm; 100 cm; 14 mm shackle | a frame bracket; a hardened core; three keys; a weather cap | resist bolt cutters; loop two wheels; ride along without rattling
pannier | 76 | waterproof; roll-top; convertible; canvas | single, 15 L; pair, 40 L; single, 22 L | quick-release hooks; a laptop pouch; reflective patches; a shoulder strap | keep papers dry; clip on with one hand; look like an office bag
track pump | 39 | steel; digital; tubeless; mini | 8 bar; 11 bar; 16 bar | a large gauge; a twin-valve head; a wooden handle; a folding foot | fill a tyre in a dozen strokes; seat stubborn beads; read clearly at eye level
saddle | 62 | leather; gel; cut-out; touring; racing | 135 mm; 150 mm; 170 mm | steel rails; a weatherproof cover; a relief channel; a bag loop | ease numbness; break in to your shape; stay kind past fifty miles
+cycling shorts | 58 | bib; padded; baggy; winter-length | men's; women's; junior | a dense pad; leg grippers; side pockets; mesh braces | stay put in the drops; dry overnight; take the sting out of long rides
bike repair kit | 28 | saddlebag; workshop; tubeless; travel | 9 tools; 16 tools; 28 tools | tyre levers; a chain breaker; patches; a carbon-dioxide inflator | get you home from a puncture; true a wheel; cover most bolts
bike rack | 98 | rear; wall; boot-mounted; towbar | 1 bike; 2 bikes; 3 bikes | padded arms; a locking knob; an alloy frame; a tilting bed | clear the hall floor; carry bikes abroad; bear twenty-five kilos

== Pet Supplies | 1.0 | plain
brands: Waggleby; Pawmarket; Barkwell; Whiskerly; Furrow & Friend; Tumblepaw
colours: grey; brown; teal; red; cream
uses: for anxious pets; for small homes; for multi-pet homes; for older animals; for young animals; for new owners
points: Vets gave advice on the design. Easy to clean. A share of profits helps rescue centres. Non-toxic throughout. Tested by a very patient office dog. Claw and tooth resistant, within reason. Money back if turned down by a nose.
!~dog food | 46 | grain-free; salmon; puppy; wet; senior; lamb-and-rice | 2 kg; 12 kg; 24 pouches | added omega oils; no artificial colours; joint support; a resealable bag | settle tender stomachs; bring a shine to the coat; suit fussy eaters
!~cat food | 32 | chicken; tuna; kitten; hairball; indoor | 1.5 kg; 7 kg; 40 pouches | taurine; tender chunks in gravy; prebiotics; a single protein | keep weight steady; tempt a choosy cat; help kidneys in later life
dog bed | 58 | orthopaedic; donut; raised; waterproof; nest | small; medium; large; extra large | a washable cover; bolstered sides; a non-slip base; memory foam | ease stiff hips; suit dogs who curl; dry quickly after a bath
dog lead | 23 | rope; leather; retractable; hands-free; biothane | 1.2 m; 2 m; 5 m | a padded handle; a brass clip; a traffic loop; reflective thread | soften sudden pulls; rinse clean of mud; light up in headlamps
dog harness | 36 | no-pull; escape-proof; soft-mesh; hiking | extra small; small; medium; large | a front ring; a top handle; quick buckles; breathable lining | stop lunging gently; steady a dog on steps; adjust in five places
cat tree | 84 | wall-mounted; tall; sisal; compact | 60 cm; 120 cm; 180 cm | a hammock; a lookout perch; scratching posts; a hideaway | save the sofa from claws; give shy cats height; stay upright under a leap
~!cat litter | 17 | clumping; wood-pellet; silica; tofu | 5 L; 10 L; 20 L | natural odour control; low dust; a carry handle; flushable grains | clump hard; last a month; go easy on paws
litter tray | 34 | hooded; self-cleaning; corner; top-entry | standard; large; extra large | a carbon filter; a scoop holder; high sides; a swing door | keep litter off the floor; trap smells; suit big cats
pet carrier | 48 | soft; hard-shell; backpack; folding | up to 5 kg; up to 8 kg; up to 12 kg | mesh windows; a fleece pad; a seat-belt strap; a top opening | fit under an airline seat; calm nervous travellers; load without a struggle
dog toy | 12 | rope; squeaky; puzzle; rubber; fetch | small; medium; large | a treat pocket; a hidden squeaker; a float core; tough stitching | outlast strong chewers; slow a greedy eater; float back to shore
!aquarium | 145 | starter; nano; corner; panoramic | 20 L; 60 L; 120 L | an LED lid; a quiet filter; a heater; curved glass | give a shoal room; cycle water gently; look good from every side
!hutch | 165 | two-storey; indoor; rabbit; guinea-pig | 90 cm; 120 cm; 150 cm | a pull-out tray; a ramp; fox-proof bolts; a felt roof | keep draughts out; link to a run; clean in five minutes
grooming brush | 18 | slicker; deshedding; self-cleaning; bristle | small; medium; large | a release button; rounded pins; a gel grip; a steel edge | lift loose undercoat; glide through knots; turn brushing into a massage

== Food & Drink | 1.3 | recipe
brands: Larder & Lime; Copper Kettle Lane; Oatwell; Pomfrey; Saltgate; Bramley Rowe; Terrafina
colours: -
uses: for hampers; for sharing; for curious cooks; for the store cupboard; for slow weekends; as a small gift
points: Store in a cool, dry place. Made in small batches. Nothing artificial. Packed the week it is made. Recipe ideas are inside the label. From growers and makers we visit. Winner of a regional taste award.
~coffee beans | 14 | dark-roast; single-farm; decaffeinated; espresso; light-roast | 250 g; 500 g; 1 kg | notes of cocoa and cherry; notes of toffee and hazelnut; notes of jasmine and lemon; a resealable valve bag | make a syrupy espresso; shine in a filter; hold their own in milk
~loose-leaf tea | 11 | smoky black; jasmine green; rooibos; peppermint; breakfast; oolong | 80 g; 125 g; 250 g | whole leaves; a keepsake tin; dried petals; a gentle malt | steep three times over; soothe after supper; stand up to milk
~chocolate | 8 | dark; milk; sea-salt; hazelnut; orange; white-and-raspberry | 70 g bar; 180 g bar; box of 12; box of 24 | single-estate cocoa; crunchy nibs; a compostable wrapper; a slow melt | snap cleanly; please purists; vanish by nine o'clock
~olive oil | 19 | extra-virgin; early-harvest; lemon; chilli | 250 ml; 500 ml; 3 L tin | a peppery finish; a dark bottle; one grove's fruit; grassy notes | lift tomatoes and beans; dress salads simply; roast potatoes to gold
~honey | 12 | wildflower; heather; orange-blossom; set; chestnut | 227 g; 340 g; 1 kg | a honeycomb piece; a beechwood dipper; raw, unfiltered texture; a floral scent | sweeten porridge; glaze carrots; spread from the fridge
~jam | 6 | strawberry; damson; apricot; rhubarb-and-ginger; blackcurrant | 200 g; 340 g; set of 3 | whole fruit; less sugar; a wax-sealed lid; a touch of vanilla | fill a sponge; perk up yoghurt; taste of late summer
~pasta | 5 | bronze-cut; egg; spelt; gluten-free; squid-ink | 400 g; 500 g; 1 kg | a rough surface; slow drying; long ribbons; small shells | cling to sauce; cook in nine minutes; stay firm to the bite
+cheese biscuits | 5 | rosemary; oat; charcoal; seeded; sourdough | 150 g; 200 g; 300 g tin | sea salt flakes; stoneground flour; a thin crunch; cracked pepper | carry blue cheese; partner soup; keep crisp in the tin
~hot sauce | 9 | smoky; pineapple; garlic; fermented; extra-fiery | 100 ml; 150 ml; set of 4 | slow-aged peppers; a dropper top; a citrus edge; gentle heat | wake up eggs; cut through rich stews; build slowly on the tongue
~granola | 8 | maple-pecan; cocoa; coconut; seeded; apple-cinnamon | 350 g; 500 g; 1 kg | big toasted clusters; no refined sugar; freeze-dried berries; wholegrain oats | stay crunchy in milk; top yoghurt; fuel a long morning
spice collection | 26 | curry; barbecue; baking; mulling; Middle-Eastern-style | 6 jars; 9 tins; 12 jars | whole seeds; a spoon; a recipe wheel; a stacking tin | start a proper curry; perfume biscuits; refill a tired rack
~sparkling drink | 7 | elderflower; ginger; rhubarb; grapefruit; kombucha | 330 ml; 750 ml; case of 12 | real pressed fruit; low sugar; fine bubbles; a botanical kick | stand in for wine; cool a hot afternoon; mix well with ice and mint
+roasted nuts | 9 | smoked-almond; honey-cashew; chilli-peanut; rosemary-mixed; salted-pistachio | 150 g; 300 g; 1 kg | a resealable pouch; sea salt; slow roasting; a maple glaze | disappear at parties; top a salad; give energy on a walk

== Books | 1.2 | book
brands: Lantern Row Press; Pagewright; Inkfield; Halfmoon Books; Saltbox Editions; Corbel House
colours: -
uses: for book clubs; for train journeys; for bedtime; for curious minds; for beach bags; as a present; for slow Sundays
points: Printed on paper from managed forests. Includes a reading guide. An author interview closes the volume. Also sold as an audiobook. A favourite with independent booksellers. Cover art is by a local illustrator. First in this edition.
crime novel | 12 | island-set; cosy village; cold-case; courtroom; winter | paperback; hardback; 320 pages; 412 pages | a retired harbourmaster as sleuth; two unreliable narrators; a body in a boathouse; a missing ledger | hide its clues in plain sight; keep the lights on until two; turn on a single overheard word
fantasy novel | 14 | map-making; dragon; court-intrigue; desert; sea-faring; first-in-series | paperback; hardback; 540 pages; 688 pages | a thief who reads stars; a city built on bells; a fold-out map; magic paid for in memories | build a world worth getting lost in; earn its last battle; mix wit with wonder
historical novel | 13 | Renaissance; silk-road; lighthouse; railway-age; Roman | paperback; hardback; 384 pages | two sisters and one secret; letters never sent; a glassmaker's apprentice; a storm that changes everything | bring a vanished trade to life; span three generations; wear its research lightly
love story | 11 | second-chance; seaside; office; bookshop; festive | paperback; hardback; 296 pages; 340 pages | rivals sharing a bakery; a wrong-number message; a reluctant best man; a cottage with a leaking roof | make you laugh on the bus; take its time; leave you hopeful
science fiction novel | 13 | generation-ship; near-future; first-contact; robot; time-loop | paperback; hardback; 430 pages | a botanist alone in orbit; a message that repeats; an honest machine; cities that move | ask large questions quietly; race towards its ending; imagine a kinder tomorrow
cookbook | 26 | one-pot; baking; vegetarian; noodle; fermentation; weeknight | hardback; 75 recipes; 120 recipes | step-by-step photographs; a pantry list; menus for each season; notes on mistakes | get supper done in thirty minutes; explain the reasons behind each step; open flat by the stove
travel guide | 18 | rail; coastal-walks; city-break; mountain-hut; island-hopping | paperback; pocket edition; 256 pages | pull-out maps; off-season tips; family itineraries; local phrase lists | find the quiet side of busy places; plan a fortnight; fit a coat pocket
popular science book | 19 | ocean; mathematics; sleep; insect; space; weather; memory | paperback; hardback; 288 pages | kitchen-table experiments; clear diagrams; tales of failed theories; a chapter on open questions | explain hard ideas without jargon; change how you see a puddle; arm you for dinner debates
biography | 22 | inventor; explorer; composer; gardener; footballer | paperback; hardback; 480 pages | unpublished diaries; family photographs; interviews with rivals; a candid foreword | show the person behind the work; read like a novel; rescue a forgotten life
picture book | 9 | bedtime; counting; lift-the-flap; rhyming; pop-up; nature | board book; paperback; hardback | a grumpy badger; a moon that won't sleep; sturdy pages; hidden mice on each spread | beg to be read again; soothe before lights out; teach first words
self-help book | 16 | habit; money; creativity; mindfulness; public-speaking | paperback; hardback; 208 pages | ten-minute exercises; worked examples; honest case studies; a weekly planner | replace guilt with small steps; calm a busy head; make saving feel possible
poetry collection | 13 | nature; city; family; prose-poem; haiku | paperback; hardback; 96 pages | linocut illustrations; a thread of tides and birds; bilingual pages; an afterword | reward reading aloud; find tenderness in bus stops; fit one poem to each day
+comics | 17 | superhero-spoof; detective; slice-of-life; space-opera; mystery | graphic novel; volume 1; box of 4 | hand-lettered panels; a wordless chapter; bonus sketches; a cliffhanger | win over people who never read comics; pack a film into two hundred pages; reward a second look

== Stationery & Crafts | 1.0 | plain
brands: Quillhaven; Paper Orchard; Threadneedle Row; Inkwell & Ivy; Knotty Lane; Deckle
colours: black; coral; mint; kraft brown; indigo; mustard
uses: for beginners; for students; for classrooms; for gifts; for desks at home; for creative evenings
points: Comes with a leaflet of ideas. Packed without plastic. Refills and extras are easy to get. Chosen by working artists. It makes a thoughtful small present. A favourite in our own studio.
notebook | 16 | dotted; lined; hardback; pocket; refillable | A6; A5; B5; A4 | a ribbon marker; numbered pages; an elastic band; a back pocket | lie flat on a desk; take ink without bleeding; survive a year of bags
fountain pen | 46 | piston; beginner's; pocket; demonstrator | fine nib; medium nib; broad nib | a steel nib; a converter; a clip cap; a resin barrel | glide without pressure; start at once after a week; make lists a pleasure
planner | 22 | weekly; daily; academic; undated; family | A5; B6; A4; wall-size | habit trackers; monthly tabs; a budget page; perforated corners | tame a full diary; show the week at a glance; leave room for doodles
!+coloured pencils | 28 | watercolour; oil-based; chunky; pastel | set of 12; set of 36; set of 72 | a tin case; thick cores; lightfast pigments; a sharpener | blend like paint; keep a fine point; fill large areas fast
!watercolour set | 36 | half-pan; travel; botanical; metallic | 12 colours; 24 colours; 48 colours | a water brush; a mixing tray; a cotton pad; refillable pans | rewet easily; fit a jacket pocket; glow on rough paper
!acrylic paint set | 31 | heavy-body; fluid; student; neon | 12 tubes; 24 tubes; 8 bottles | high pigment; wide caps; a colour chart; two brushes | cover canvas in one coat; dry to a satin skin; stick to wood and stone
sketchbook | 18 | toned; mixed-media; spiral; landscape | A5; A4; A3 | heavy paper; a hard cover; micro-perforations; a pen loop | take wet washes; open flat; stand up to erasing
~knitting yarn | 11 | merino; alpaca; cotton; sock; chunky; hand-dyed | 50 g; 100 g; 200 g | a tight ply; a soft halo; a long colour run; a shade card | show cables crisply; resist pilling; feel gentle on babies
!embroidery kit | 24 | floral; cross-stitch; landscape; beginner's; sampler | 10 cm hoop; 15 cm hoop; 20 cm hoop | printed cloth; sorted threads; a bamboo hoop; stitch diagrams | teach eight stitches; finish in two evenings; end up framed
sewing machine | 210 | mechanical; computerised; compact; heavy-duty | 12 stitches; 32 stitches; 100 stitches | a needle threader; a free arm; a drop-in bobbin; a hard cover | hem denim without skipping; make buttonholes in one step; forgive beginners
!candle making kit | 32 | soy; beeswax; scented; children's | makes 4; makes 6; makes 10 | glass jars; cotton wicks; a pouring jug; a thermometer | fill an afternoon; teach safe melting; turn out gifts for all
!card making set | 19 | floral; festive; birthday; minimalist | 20 cards; 40 cards; 60 cards | envelopes; rubber stamps; foil sheets; stickers | spare you a shop trip; suit all ages; use up scraps
desk organiser | 29 | bamboo; mesh; felt; leather; modular | 3 sections; 5 sections; 8 sections | a phone slot; a letter rack; a hidden drawer; a weighted base | clear stray pens; rise above clutter; hold a charging cable

== Musical Instruments | 0.7 | model
brands: Larksong; Fretwell; Amberkey; Tonewright; Briar & Bow; Cadenza Mill
colours: -
uses: for first lessons; for home practice; for school; for returning players; for home recording; for small flats
points: Checked by hand before it leaves us. Online lessons are included for three months. Part exchange is welcome. A teacher's choice. Five-year cover against faults. Try it at home for thirty days.
acoustic guitar | 230 | dreadnought; parlour; cutaway; travel; twelve-string | half size; three-quarter size; full size | a solid spruce top; a built-in tuner; rosewood sides; bone fittings | project without a microphone; feel easy under small hands; warm with age
electric guitar | 390 | semi-hollow; solid-body; baritone; left-handed | short scale; standard scale; long scale | twin humbuckers; a maple neck; a tremolo arm; locking tuners | go from clean to crunchy; stay in tune through bends; balance on a strap
ukulele | 62 | soprano; concert; tenor; baritone | 53 cm; 58 cm; 66 cm | aged-gut strings; a padded bag; geared tuners; a koa-style finish | cheer up a kitchen; teach chords in an hour; travel as hand luggage
digital piano | 640 | portable; console; stage; slim | 61 keys; 76 keys; 88 keys | weighted keys; a headphone jack; three pedals; a metronome | feel like an upright; let you practise at midnight; record to a phone
keyboard | 145 | beginner's; arranger; folding; light-up | 44 keys; 54 keys; 61 keys | a music stand; backing rhythms; a microphone input; touch response | teach tunes by light; run on batteries; grow with a learner
drum kit | 430 | electronic; junior; jazz; compact | 3 pieces; 5 pieces; 7 pieces | mesh heads; a throne; cymbal stands; coaching modes | keep the peace with neighbours; fold into a corner; survive band practice
violin | 260 | student; electric; handmade; fractional | quarter size; half size; full size | a brazilwood bow; ebony pegs; a shaped case; a shoulder rest | sing on the top string; suit early grades; respond to light bowing
flute | 310 | student; wooden; open-hole; bass | C foot; B foot; curved head | silver-plated keys; an offset G; a cleaning rod; a fleece-lined case | speak easily; blend in ensembles; stay light for young arms
saxophone | 720 | alto; tenor; soprano; student | starter outfit; intermediate; performance | a lacquered body; a mouthpiece; a neck strap; leather pads | warm up a ballad; cut through a big band; suit grade exams
harmonica | 32 | blues; chromatic; tremolo; folk | key of C; key of G; set of 3 | brass reeds; a pearwood comb; a belt pouch; a rounded cover | bend notes smoothly; slip in a pocket; seal well against lips
guitar amplifier | 190 | valve; practice; acoustic; modelling | 5 W; 20 W; 50 W | a spring reverb; an effects loop; a headphone socket; three channels | break up sweetly; whisper at bedtime; fill a small hall
hand drum | 84 | djembe; cajon; bongo; frame; tongue | 20 cm; 30 cm; 60 cm | a goatskin head; a tuning key; a padded seat; a birch body | carry a campfire; answer fingers and palms; need no amplifier
music stand | 29 | folding; orchestral; tabletop; conductor's | 60-120 cm; 70-150 cm | page clips; a carry bag; a lamp; a solid desk | hold a heavy score; fold to a ruler's length; stay put in a draught
"""
