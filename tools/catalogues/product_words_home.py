"""Departments of the product generator for the home: what each sells, of what, for how much.

A department starts with ``== name | share | style`` where the style says how its products are named ("model", "range",
"plain", "recipe" or "book"), then lists of words separated by ``;``. Each further line is a product type: name, typical price in USD,
kinds (materials, varieties), sizes, features (noun phrases) and what it does (verb phrases in the base form).
Marks before a name: ``+`` plural, ``~`` not counted, ``!`` without a choice of colour.
"""

HOME = """
== Kitchen Appliances | 1.2 | model
brands: Torvane; Brillhaus; Kettlewick; Marrow & Pine; Ondara; Feltham Works
colours: cream; matte black; brushed steel; sage green; brick red; pale blue
uses: for small kitchens; for busy mornings; for families of four or more; for first flats; for keen home cooks; for shared houses
points: Removable parts go in the dishwasher. A recipe booklet comes in the box. The cord tucks away under the base. Non-slip feet keep it steady on the worktop. Spare parts are stocked for ten years. It draws next to no power on standby. The controls are plain enough to use before the first coffee.
electric kettle | 45 | stainless steel; glass; double-walled; gooseneck | 0.8 L; 1.2 L; 1.7 L | a keep-warm base; a variable thermostat; a limescale filter; a cordless jug | boil a full jug in under four minutes; pour in a slow, steady stream; switch off by itself when dry
espresso machine | 320 | pump; bean-to-cup; lever; compact | 15 bar; 19 bar; 1.8 L tank | a steam wand for milk; a built-in burr grinder; a pressure gauge; a heated cup tray | pull a rich double shot; texture milk for flat whites; reach brewing heat in thirty seconds
filter coffee maker | 75 | drip; thermal-jug; programmable; single-serve | 4 cup; 10 cup; 12 cup | a 24-hour timer; a reusable mesh filter; an aroma setting; an insulated jug | have coffee ready when you wake; keep a pot hot without scorching it; brew for a crowd
blender | 85 | glass-jug; high-speed; personal; quiet | 0.6 L; 1.5 L; 2 L | six-blade steel knives; a pulse setting; a travel bottle; an ice-crush programme | crush ice and frozen fruit; turn soup silky in minutes; blend smoothies straight into the cup
hand mixer | 40 | five-speed; cordless; turbo; quiet | 300 W; 450 W; 600 W | chromed beaters; dough hooks; a snap-on storage case; a slow start | whip cream to soft peaks; knead bread dough without stalling; fold in flour without a cloud
stand mixer | 290 | tilt-head; bowl-lift; cast-metal; planetary | 4.5 L; 5.5 L; 7 L | a stainless bowl; a splash guard; a dough hook; ten speeds | knead stiff dough; take on pasta and mincing attachments; beat a dozen egg whites
toaster | 48 | two-slice; four-slice; long-slot; retro | 850 W; 1400 W; 1800 W | a bagel setting; a crumb tray; a lift-and-look lever; a bun rack | brown both sides evenly; take thick sourdough slices; defrost straight from the freezer
air fryer | 125 | dual-drawer; single-basket; oven-style; compact | 3.5 L; 5 L; 9 L | eight presets; a viewing window; a shake reminder; non-stick crisper plates | crisp chips with a spoonful of oil; cook two dishes at two temperatures; roast a whole chicken
slow cooker | 58 | ceramic-pot; searing; programmable; oval | 1.5 L; 3.5 L; 6.5 L | a glass lid; a hob-safe inner pot; an automatic keep-warm mode; locking clips | braise tough cuts until tender; have stew waiting after work; carry a casserole to a potluck
microwave oven | 140 | solo; grill; convection; flatbed | 17 L; 23 L; 30 L | a defrost-by-weight dial; a crisp plate; a child lock; a quiet door | reheat plates evenly; thaw mince without cooking the edges; bake potatoes in ten minutes
rice cooker | 68 | fuzzy-logic; basic; pressure; multigrain | 3 cup; 6 cup; 10 cup | a steaming tray; a delay timer; a non-stick bowl; a porridge mode | cook fluffy grains without watching; hold rice warm until supper; handle brown rice and quinoa
food processor | 130 | multi-disc; mini; bowl-and-blender; wide-mouth | 1.2 L; 2.4 L; 3.8 L | slicing and grating discs; a dough blade; a wide feed tube; a nesting bowl | shred a cabbage in seconds; bind pastry before it warms; chop nuts and herbs evenly
juicer | 115 | masticating; centrifugal; citrus; cold-press | 200 W; 400 W; 800 W | a drip stop; a wide chute; a pulp container; a cleaning brush | press greens with little foam; take whole apples; wring the last drop from hard roots

== Cookware & Tableware | 1.2 | range
brands: Ashlar & Stove; Pennygate; Corvello; Hearthmere; Luma Clay; Dunmorrow
colours: slate grey; speckled white; midnight blue; terracotta; forest green; mustard
uses: for everyday suppers; for newly-weds; for keen cooks; for small kitchens; for generous hosts; for first homes
points: Each piece is checked by hand before it leaves the workshop. Rinse, dry and put away. It stacks neatly in a shallow cupboard. Packed in recycled card, with no plastic. Replacements are sold singly. It moves from cupboard to table without a fuss. Made to be used, not saved for best.
frying pan | 52 | cast iron; carbon steel; non-stick aluminium; copper-core | 20 cm; 24 cm; 28 cm; 30 cm | a riveted handle; a pouring lip; an induction base; a helper handle | sear steaks with a proper crust; release eggs cleanly; go from hob to oven
saucepan | 46 | stainless steel; enamelled; copper; non-stick | 1.2 L; 2 L; 3 L | a glass lid; measuring marks inside; a cool-touch handle; a drip-free rim | heat milk without scorching; simmer sauces evenly; drain pasta through the lid
casserole pot | 110 | enamelled cast iron; stoneware; aluminium; stainless steel | 3 L; 4.5 L; 6.5 L | a self-basting lid; broad loop handles; a chip-resistant rim; a steel knob | braise for hours without drying out; bake a crusty loaf; keep chilli hot at the table
wok | 55 | carbon steel; cast iron; hammered; non-stick | 28 cm; 32 cm; 36 cm | a beech handle; a flat base; a bamboo spatula; a domed lid | reach searing heat in a minute; toss vegetables without spilling; handle smoking, steaming and frying
baking tray | 22 | aluminised steel; silicone; non-stick; perforated | quarter sheet; half sheet; 38 x 25 cm | a rolled rim; a cooling rack; a warp-proof base; raised corners | brown biscuits evenly; crisp a pizza base; stay flat in a hot oven
chef's knife | 78 | forged steel; Damascus; ceramic; high-carbon | 16 cm; 20 cm; 24 cm | a full tang; a walnut handle; a hollow-ground edge; a blade guard | slice ripe tomatoes thinly; hold an edge for months; balance well in small hands
+!steak knives | 49 | serrated; straight-edged; forged; rosewood | set of 4; set of 6; set of 8 | a magnetic block; polished bolsters; a gift case; pakkawood handles | cut cleanly without tearing; lie flat beside the plate; match most cutlery
chopping board | 32 | end-grain walnut; bamboo; rubber; maple | 30 x 20 cm; 40 x 30 cm; 50 x 35 cm | a juice groove; finger grips; a reversible face; feet that hold the worktop | spare the edge of your knives; catch the juices of a roast; double as a cheese board
dinner plate | 17 | stoneware; bone china; porcelain; melamine | 26 cm; 28 cm; 30 cm | a raised rim; a reactive glaze; an unglazed foot; a hand-painted edge | stack without scratching; keep sauces where they belong; stand up to daily use
mug | 14 | stoneware; enamel; double-walled glass; porcelain | 250 ml; 350 ml; 450 ml | a roomy handle; a cork coaster; a dipped glaze; a flared lip | keep tea warm longer; fit under a coffee machine; sit well in two cold hands
+!wine glasses | 44 | crystal; hand-blown; stemless; recycled glass | set of 2; set of 4; set of 6 | a laser-cut rim; slender stems; a tulip bowl; a weighted base | open up a young red; ring when you toast; survive a lively dinner
serving bowl | 36 | acacia; stoneware; glass; hammered brass | 22 cm; 28 cm; 34 cm | matching servers; carved handles; a wide foot; a wooden lid | hold salad for eight; look at home on any table; take fruit between meals
teapot | 38 | cast iron; porcelain; glass; stoneware | 0.6 L; 1 L; 1.4 L | a steel infuser; a drip-free spout; a bamboo handle; a felt cosy | steep loose leaves without mess; keep three cups hot; pour without a dribble

== Furniture | 1.2 | range
brands: Nordrift; Oakenby; Sable & Stay; Plinth House; Halvorsby; Wrenfield
colours: charcoal; oatmeal; rust; olive; dusty pink; navy
uses: for compact flats; for period houses; for open-plan living; for first homes; for busy households; for small rooms
points: Assembly takes two people about half an hour. Any timber comes from managed forests. Delivered to the room of your choice. Made to be repaired. Felt pads protect the floor. It comes apart again for moving day. Samples of the finish are available by post.
sofa | 890 | linen; velvet; bouclé; leather; corduroy | two-seater; three-seater; four-seater | removable covers; feather-wrapped cushions; a chaise end; turned oak legs | seat the whole family; keep its shape for years; fit through narrow doorways
armchair | 420 | wingback; leather; rattan; velvet; swivel | standard; wide; petite | a deep seat; a matching footstool; brass castors; a lumbar cushion | make a quiet corner for reading; turn to face the fire; support a tired back
sofa bed | 760 | click-clack; pull-out; linen; corner | single; double; king | a sprung mattress; storage for bedding; a one-handle action; washable covers | turn into a real bed in seconds; sleep two guests soundly; hide the duvet by day
!dining table | 640 | solid oak; extending; walnut-veneer; marble-top; reclaimed pine | 120 cm; 160 cm; 200 cm | a butterfly leaf; tapered legs; a bevelled edge; a trestle base | seat four, or eight at a squeeze; shrug off spills; anchor the room
dining chair | 135 | spindle-back; velvet; rattan; bentwood; upholstered | single; pair; set of 4 | a curved backrest; a wipe-clean seat; stackable legs; a padded seat | stay comfortable through three courses; tuck right under the table; stack in a corner
!coffee table | 230 | mango wood; glass-top; travertine; nesting; oak | 80 cm; 100 cm; 120 cm | a hidden drawer; a lower shelf; rounded corners; hairpin legs | keep remote controls out of sight; double as a bench; hold a board game and two teas
!bookcase | 195 | ladder; solid pine; oak-veneer; steel-framed | 3 shelves; 5 shelves; 6 shelves | adjustable shelves; an anti-tip kit; a closed base; a back panel | carry heavy hardbacks without bowing; divide a large room; fit an awkward alcove
!bed frame | 480 | slatted oak; upholstered; metal; ottoman; four-poster | single; double; king; super king | a padded headboard; lift-up storage; solid slats; underbed drawers | stay silent through the night; store spare bedding underneath; suit sprung and foam mattresses
!wardrobe | 610 | sliding-door; two-door; pine; mirrored; open | 100 cm; 150 cm; 200 cm | a full-length mirror; soft-close hinges; a trouser rail; deep drawers | hold two seasons of clothes; keep long dresses off the floor; brighten a dark bedroom
!chest of drawers | 330 | oak; painted pine; rattan-front; walnut | 3 drawers; 5 drawers; 6 drawers | dovetail joints; brass cup handles; soft-close runners; an anti-tip strap | glide open with one finger; keep folded knits flat; take a changing mat on top
!desk | 270 | standing; writing; L-shaped; wall-mounted; secretary | 100 cm; 120 cm; 160 cm | a cable tray; a memory height pad; a slim drawer; a monitor shelf | raise from sitting to standing quietly; fit under a window; hide away after work
office chair | 240 | mesh; ergonomic; leather; kneeling | standard; tall; petite | adjustable armrests; a lumbar dial; a headrest; a tilt lock | keep you upright through long calls; breathe on hot days; roll softly over floorboards
!TV stand | 260 | oak; walnut-veneer; floating; industrial | 120 cm; 150 cm; 180 cm | cable cut-outs; slatted doors; an open media shelf; push-open fronts | hide the console and its wires; carry a large screen; let the remote signal through

== Bedding & Bath | 1.0 | range
brands: Lullingford; Eiderlane; Cotton Quay; Sereno Loft; Mistle & Down; Tarnbrook
colours: white; soft grey; blush; sea green; ink blue; sand
uses: for guest rooms; for a hotel feel at home; for sensitive skin; for busy families; for first homes; for cosy winters
points: A care label explains the washing. Tested free of harmful substances. It feels better with every month of use. Made in a family mill. Colours stay true. Packed in a cotton drawstring bag. Sixty nights to change your mind.
!duvet | 95 | goose-down; wool; microfibre; bamboo; all-season | single; double; king; 4.5 tog; 10.5 tog | box-stitched pockets; a cotton cover; press studs for layering; piped edges | trap warmth without weight; stay cool in summer; keep its filling even
+!pillows | 48 | memory foam; feather; latex; buckwheat; hollowfibre | pair; single; set of 4 | a quilted cover; adjustable filling; a cooling gel side; a contoured shape | cradle the neck of a side sleeper; bounce back each morning; keep dust mites away
duvet cover | 68 | linen; percale; sateen; flannel; seersucker | single; double; king; super king | coconut buttons; an envelope closure; corner ties; matching pillowcases | need no ironing; feel crisp on the first night; warm up winter beds
fitted sheet | 34 | percale; jersey; bamboo; brushed cotton | single; double; king; 40 cm deep | deep elastic corners; a label marking the long side; a smooth sateen face; a snug hem | stay put on tall mattresses; feel cool against skin; stretch over a topper
!mattress | 620 | pocket-sprung; memory foam; hybrid; latex; rolled | single; double; king | a zip-off cover; edge support; a breathable knit; carrying handles | ease pressure on hips; keep one sleeper's turns from the other; arrive rolled in a box
!mattress topper | 120 | wool; memory foam; feather; latex | single; double; king | corner straps; a washable cover; a ventilated core; a quilted top | soften a hard bed; rescue a tired mattress; warm the bed from below
throw blanket | 58 | lambswool; chunky-knit; waffle; fleece; mohair | 130 x 170 cm; 150 x 200 cm | fringed ends; a blanket-stitched edge; a herringbone weave; a reversible face | cover two on the sofa; bring texture to a plain bed; take the chill off evening reading
bath towel | 24 | Turkish cotton; waffle; bamboo; ribbed; linen | hand; bath; sheet | a hanging loop; a double-stitched hem; a dense loop pile; a woven border | soak up water fast; dry quickly on the rail; feel thick without being heavy
bath mat | 26 | memory foam; cotton; teak; cork; tufted | 50 x 80 cm; 60 x 100 cm | a non-slip back; a quick-dry pile; raised slats; rounded corners | keep floors dry; warm bare feet; dry between showers
bathrobe | 72 | terry; waffle; fleece; linen; hooded | small; medium; large | deep pockets; a shawl collar; a double belt loop; turn-back cuffs | wrap you after a swim; pack light for the spa; see you through slow Sundays
shower curtain | 28 | recycled polyester; linen-look; hookless; cotton | 180 x 180 cm; 180 x 200 cm | rustproof eyelets; a weighted hem; a water-shedding finish; a tailored pleat | hang straight in a draught; resist mildew; hide a dated bath
+curtains | 88 | blackout; linen; velvet; sheer; thermal | 117 x 137 cm; 168 x 183 cm; 228 x 228 cm | eyelet tops; a full lining; matching tie-backs; a pencil pleat | keep out early light; soften street noise; hold heat in winter

== Lighting & Decor | 0.9 | range
brands: Glimmerby; Fable & Flint; Otterlane; Haldane Light; Juniper Mews; Casolara
colours: brass; matte black; ivory; smoked glass; teal; burnt orange
uses: for rented homes; for dark hallways; for cosy evenings; for small rooms; for a calm bedroom; for a fresh start at home
points: Fixings are included. It arrives ready to use. Designed in our own studio. Finished by hand, so small variations are part of its charm. A good gift for a new home. Packed to survive the roughest courier. It looks as good by day as by night.
table lamp | 69 | ceramic; rattan; touch; mushroom; marble-base | 30 cm; 45 cm; 60 cm | a linen shade; a dimmer switch; a fabric cord; a USB port | cast a soft pool of light; suit a narrow console; replace glaring ceiling light
floor lamp | 130 | arc; tripod; reading; paper; uplighter | 140 cm; 160 cm; 180 cm | a foot switch; an adjustable arm; a heavy base; a side shelf | reach over a deep sofa; wash the wall with light; brighten a corner without wiring
pendant light | 92 | woven; glass; enamel; paper; cluster | 25 cm; 40 cm; 60 cm | an adjustable cord; a ceiling rose; a ribbed shade; a diffuser disc | hang low over a table; make a statement in a stairwell; scatter patterns on the ceiling
wall light | 64 | plug-in; swing-arm; globe; bathroom | single; pair | a pull switch; a swivel head; an opal globe; a splash-proof seal | free up the bedside table; flatter the mirror; light a picture
+string lights | 27 | solar; festoon; fairy; battery | 5 m; 10 m; 20 m | a remote timer; shatterproof bulbs; eight modes; a steel support wire | dress a balcony in minutes; glow until midnight; stand up to rain
!wall mirror | 98 | arched; round; sunburst; rattan-framed; full-length | 50 cm; 80 cm; 120 cm; 160 cm | a bevelled edge; a leaning stand; a slim metal frame; safety-backed glass | double the light in a hall; make a small room feel wider; show an outfit head to toe
rug | 165 | jute; hand-tufted wool; flatweave; shaggy; washable | 80 x 150 cm; 120 x 170 cm; 160 x 230 cm | a geometric border; bound edges; a low pile; tasselled ends | hide crumbs between cleans; warm up bare boards; quieten footsteps
+cushion covers | 29 | velvet; embroidered; bouclé; linen; block-printed | 40 cm; 50 cm; 30 x 50 cm | a hidden zip; piped edges; tassel corners; a contrast back | lift a plain sofa; mix happily with stripes; wash without fading
vase | 34 | stoneware; recycled glass; fluted; bud; terracotta | 12 cm; 22 cm; 35 cm | a narrow neck; a ribbed body; a matte glaze; a weighted foot | hold a single stem; keep tulips upright; look finished even when empty
scented candle | 25 | soy; beeswax; three-wick; travel | 120 g; 220 g; 500 g | notes of fig and cedar; notes of sea salt and sage; notes of orange and clove; a reusable tumbler | burn cleanly for forty hours; scent a large room; set the mood for a bath
picture frame | 22 | oak; box; gallery; aluminium; floating | A4; A3; 30 x 40 cm; 50 x 70 cm | a cut mount; a stand and hook; shatter-resistant glazing; mitred corners | suit prints and pressed flowers; hang either way; show off a child's drawing
wall clock | 44 | silent; pendulum; oversized; kitchen | 25 cm; 35 cm; 60 cm | sweep hands; bold numerals; a retro face; a solid rim | keep time without a tick; read clearly from across the room; fill a bare wall
!art print | 39 | botanical; abstract; coastal; line-drawing; vintage map | A4; A3; A2; 50 x 70 cm | archival inks; heavy cotton paper; a white border; a numbered edition | bring colour to a hallway; keep its tones for decades; pair with others as a set

== Cleaning & Storage | 0.8 | plain
brands: Tidewell; Brushwick; Larkspur Home; Sortabel; Hobb & Hinge; Pureleaf Lane
colours: white; grey; natural; mint; black
uses: for small cupboards; for pet owners; for busy households; for student rooms; for utility rooms; for a spring clean
points: Refills are sold separately. Made in part from recycled material. It stores flat when not in use. No tools are needed. Tested in real homes before launch. Takes up little room. Simple instructions are printed on the label.
cordless vacuum cleaner | 230 | stick; handheld; bagless; wet-and-dry | 25 min; 40 min; 60 min | a motorised brush; a washable filter; a wall dock; headlights | lift pet hair from rugs; convert to a handheld for stairs; empty without a dust cloud
robot vacuum | 310 | mopping; self-emptying; slim; mapping | 90 min; 120 min; 180 min | room-by-room maps; edge brushes; a charging dock; no-go zones | slip under low sofas; clean while you are out; climb onto thick rugs
steam mop | 92 | cordless; multi-surface; upright; detachable | 0.3 L; 0.5 L; 1 L | washable pads; a jet nozzle; a swivel head; a refill jug | lift grease without chemicals; dry floors in minutes; freshen grout and tiles
+microfibre cloths | 13 | waffle; glass; lint-free; bamboo | pack of 6; pack of 12; pack of 24 | colour-coded edges; a wash bag; a dense pile; stitched hems | polish glass without streaks; survive hundreds of washes; pick up dust dry
~!laundry detergent | 15 | plant-based; non-bio; concentrated; wool | 1 L; 2 L; 40 washes | enzymes for stains; a lavender scent; a measuring cap; no added perfume | shift grass stains at 30 degrees; rinse clean from delicates; go easy on skin
~!washing-up liquid | 6 | lemon; fragrance-free; aloe; concentrated | 500 ml; 1 L; 5 L | a refill pouch; citrus oils; a pump bottle; plant surfactants | cut through baked-on fat; rinse without residue; leave hands soft
storage box | 19 | clear; woven; collapsible; underbed; stackable | 10 L; 30 L; 60 L | clip handles; a hinged lid; a label window; wheels | show what is inside; keep moths from woollens; stack five high
laundry basket | 33 | seagrass; two-section; bamboo; collapsible | 40 L; 75 L; 100 L | a removable liner; rope handles; a lid; a sorting divider | keep lights and darks apart; fold flat against the wall; let damp towels breathe
drying rack | 42 | winged; heated; wall-mounted; tower | 12 m; 18 m; 24 m | locking hinges; castors; sock clips; a cover | hang two loads at once; dry jumpers flat; fold away behind a door
!shoe rack | 38 | bamboo; stackable; bench; over-door | 8 pairs; 12 pairs; 20 pairs | slatted shelves; a padded seat; a boot section; adjustable tiers | clear a cluttered hallway; give somewhere to sit; take boots as well as trainers
pedal bin | 62 | slim; sensor; dual-compartment; retro | 12 L; 30 L; 45 L | a soft-close lid; a liner pocket; a fingerprint-proof coat; a removable bucket | split recycling from waste; close without a bang; fit beside the oven
+clothes hangers | 18 | velvet; cedar; padded; wire | pack of 10; pack of 20; pack of 50 | notched shoulders; a trouser bar; a swivel hook; slim arms | stop straps slipping; save half the rail; keep the shape of jackets
drawer organiser | 21 | bamboo; mesh; expanding; honeycomb | 4 sections; 6 sections; 12 sections | adjustable dividers; soft lining; corner grips; linking trays | end the cutlery jumble; keep socks in pairs; fit most drawers

== Garden | 1.0 | plain
brands: Thornacre; Greenfold; Bramblewick; Spade & Sorrel; Meadowlark Yard; Rootstock Lane
colours: green; anthracite; terracotta; natural; stone
uses: for new gardeners; for small gardens; for allotments; for family gardens; for keen growers; for town gardens
points: Built to live outdoors all year. A growing guide is included. Suits beginners and old hands alike. Easy on the back. It shrugs off frost and rain. Made by people who garden. Plastic-free packaging.
garden fork | 39 | stainless steel; forged; border; potato | 95 cm; 105 cm; 115 cm | an ash shaft; a D-grip; square tines; a foot tread | break heavy soil; lift roots without spearing them; turn the compost
+secateurs | 30 | bypass; anvil; ratchet; left-handed | 18 cm; 20 cm; 22 cm | a sap groove; a safety catch; a leather holster; replaceable blades | cut stems cleanly; save wrists on a long day; deal with thick rose wood
lawn mower | 290 | cordless; push-reel; petrol; robotic; electric | 32 cm; 38 cm; 46 cm | a grass box; six cutting heights; a rear roller; a folding handle | leave neat stripes; mulch as it mows; work quietly before breakfast
hedge trimmer | 115 | cordless; long-reach; petrol; electric | 45 cm; 55 cm; 65 cm | dual-action blades; a pivoting head; a hand guard; a blade sheath | shape conifers without a ladder; slice twigs as thick as a thumb; run quietly for an hour
garden hose | 42 | expanding; kink-free; reel-mounted; soaker | 15 m; 25 m; 40 m | brass fittings; a seven-jet gun; a wall bracket; a frost-proof core | reach the far beds; coil without a fight; seep water along a row
watering can | 26 | galvanised; long-spout; indoor; recycled plastic | 1.5 L; 5 L; 9 L | a brass rose; a balanced handle; a narrow spout; a splash guard | water seedlings gently; reach the back of a shelf; pour without dripping
plant pot | 28 | terracotta; fibre-clay; self-watering; hanging; zinc | 15 cm; 25 cm; 40 cm | a drainage hole; a matching saucer; a reservoir gauge; a rope hanger | keep roots cool; hold a small olive tree; water itself for a fortnight
!raised bed | 98 | cedar; galvanised steel; larch; elevated | 100 x 100 cm; 180 x 90 cm | slot-together corners; a liner; a tool shelf; a cold-frame lid | warm the soil early; keep slugs off lettuces; save kneeling
~!potting compost | 14 | peat-free; seed; ericaceous; coir | 10 L; 40 L; 60 L | slow-release feed; added grit; a resealable bag; mycorrhizal fungi | start seeds strongly; hold water in dry spells; feed pots for six weeks
!seed collection | 12 | salad; wildflower; cottage; chilli; herb | 6 packets; 10 packets; 20 packets | sowing dates; a tin; wooden markers; heirloom varieties | crop from June to frost; feed bees all summer; fill a windowsill
bird feeder | 24 | window; seed; suet; squirrel-proof | 0.5 L; 1 L; 2 L | perches; a drip roof; strong suction cups; a seed tray | bring finches to the glass; outwit squirrels; clean in a minute
+gardening gloves | 16 | leather; thorn-proof; nitrile; cotton | small; medium; large | long cuffs; a grippy palm; a breathable back; reinforced fingertips | shrug off brambles; let you feel tiny seeds; wash in the machine
patio set | 430 | rattan; acacia; bistro; aluminium; folding | 3 pieces; 5 pieces; 7 pieces | seat cushions; a glass-top table; a parasol hole; stacking chairs | bring breakfast outdoors; seat six for a barbecue; fold away for winter
parasol | 125 | cantilever; tilting; wooden; half-round | 2 m; 2.7 m; 3 m | a crank handle; a wind vent; a cross base; LED ribs | shade a table for six; follow the sun; sit flat against a wall

== Tools & DIY | 1.0 | model
brands: Ironmoss; Hexley; Gritstone; Vannick; Bolt & Barrow; Stavemaker
colours: -
uses: for tradespeople; for first-time renovators; for weekend projects; for small workshops; for home repairs; for busy sites
points: Covered by a five-year guarantee. Shaped for long shifts. Spares are easy to find. A clear manual covers the first job. Tough enough for daily site work. Sold on trade counters for years.
cordless drill | 115 | combi; brushless; compact; right-angle | 12 V; 18 V; 20 V | two batteries; a metal chuck; a bit set; a work light | drive long screws into hardwood; drill brick on hammer mode; fit between joists
circular saw | 140 | cordless; mini; plunge; corded | 85 mm; 165 mm; 190 mm | a laser guide; a dust port; a parallel fence; a bevel plate | rip sheet timber straight; cut worktops cleanly; plunge into floorboards
jigsaw | 92 | cordless; pendulum; barrel-grip; corded | 500 W; 650 W; 18 V | tool-free blade change; a tilting shoe; a dust blower; a splinter guard | follow tight curves; cut sink openings; switch from timber to tile
orbital sander | 66 | random; palm; detail; cordless | 125 mm; 150 mm; 240 W | a dust box; hook-and-loop pads; variable speed; a sanding kit | strip paint without gouging; reach into corners; leave a finish ready for oil
screwdriver set | 34 | insulated; precision; ratcheting; magnetic | 6 pieces; 12 pieces; 32 pieces | hardened tips; a storage rail; soft grips; a bit holder | open laptops and glasses; hold screws on the tip; work safely near wiring
claw hammer | 25 | fibreglass; hickory; steel; tubular | 16 oz; 20 oz; 24 oz | a polished head; a nail starter; a shock-absorbing grip; a straight claw | pull nails without denting; swing true; spare the elbow
spanner set | 54 | combination; ratchet; flexi-head; stubby | 8 pieces; 12 pieces; 22 pieces | a roll pouch; a mirror finish; stamped sizes; a slim head | reach bolts behind pipes; grip rounded nuts; stay in size order
socket set | 79 | quarter-inch; half-inch; impact; mixed-drive | 24 pieces; 46 pieces; 108 pieces | a fine-tooth ratchet; extension bars; a blow-moulded case; deep sockets | cover metric and imperial; free seized bolts; service a car at home
tape measure | 14 | magnetic; wide-blade; laser; pocket | 3 m; 5 m; 8 m | a belt clip; a blade lock; a rubber jacket; bold markings | stand out rigid for two metres; hook onto steel; read from either side
spirit level | 29 | box; torpedo; digital; magnetic | 25 cm; 60 cm; 120 cm | shockproof vials; milled edges; a V-groove; a backlit screen | set shelves dead straight; cling to steel posts; read angles to a tenth
~interior paint | 44 | matt; eggshell; washable; chalky; primer | 1 L; 2.5 L; 5 L | a low-odour formula; a scrubbable finish; a water base; high-opacity pigments | cover dark walls in two coats; dry in an hour; wipe clean of crayon
toolbox | 49 | cantilever; rolling; steel; tote | 40 cm; 50 cm; 60 cm | lift-out trays; steel latches; a telescopic handle; a padlock eye | carry a full kit; stand as a step; roll over gravel
step ladder | 84 | aluminium; platform; telescopic; wooden | 3 treads; 5 treads; 7 treads | a tool tray; non-slip feet; a safety rail; wide treads | reach a high ceiling; fold flat behind a door; feel steady at the top
workbench | 140 | folding; clamping; solid beech; steel | 60 cm; 110 cm; 150 cm | dog holes; a vice; a lower shelf; adjustable legs | hold doors on edge; pack flat after the job; take a heavy pounding
"""
