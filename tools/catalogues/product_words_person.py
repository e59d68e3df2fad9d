"""Departments of the product generator for the person: electronics, clothing and care (see `product_words_home`)."""

PERSON = """
== Computers | 1.0 | model
brands: Orvex; Northbyte; Kestria; Lumiq; Tessaro; Quantelle
colours: graphite; silver; white; deep blue
uses: for students; for remote work; for families; for home offices; for small businesses; for creative work
points: Ships with a two-year warranty. Updates are promised for five years. Set-up takes a few minutes. Repair guides are free online. The packaging is all paper. Support answers by chat or phone. Quick start instructions come in the box.
laptop | 890 | ultralight; convertible; gaming; business; student | 13-inch, 16 GB; 14-inch, 32 GB; 15-inch, 16 GB; 16-inch, 32 GB | a matte display; a backlit keyboard; a fingerprint reader; two USB-C ports | last a working day on one charge; render video without choking; stay cool on the lap
desktop computer | 980 | mini; tower; gaming; all-in-one | 16 GB, 512 GB; 32 GB, 1 TB; 64 GB, 2 TB | a quiet fan; a spare drive bay; six USB ports; a dedicated graphics card | sit behind a monitor; handle large spreadsheets; play new titles smoothly
monitor | 290 | curved; 4K; ultrawide; portable; high-refresh | 15.6-inch; 24-inch; 27-inch; 34-inch | a height-adjustable stand; a USB-C dock; a flicker-free panel; thin bezels | show true colours; hold two documents side by side; keep fast motion sharp
tablet | 330 | drawing; reading; children's; kitchen | 8-inch, 64 GB; 10-inch, 128 GB; 12-inch, 256 GB | a stylus; a kickstand cover; stereo speakers; a paper-like screen | take handwritten notes; stream films on a train; survive a drop
mechanical keyboard | 105 | compact; wireless; low-profile; full-size; split | 60 per cent; 75 per cent; full layout | hot-swap switches; sound-damping foam; moulded keycaps; a volume knob | type quietly in shared rooms; pair with three devices; ease wrist strain
mouse | 45 | ergonomic; wireless; vertical; trackball; gaming | 800 dpi; 4,000 dpi; 16,000 dpi | silent clicks; a thumb wheel; a rechargeable battery; side buttons | fit a left or right hand; glide on glass; run for months on a charge
external drive | 88 | solid-state; rugged; desktop; pocket | 500 GB; 1 TB; 2 TB; 8 TB | hardware encryption; a rubber bumper; a braided cable; an activity light | back up overnight; copy a film in seconds; shrug off a fall
Wi-Fi router | 125 | mesh; dual-band; travel; gaming | pair; single; trio | parental controls; four Ethernet ports; a guest network; automatic updates | fill a three-storey house; keep calls steady; set up from a phone
printer | 165 | laser; ink-tank; photo; label | A4; A3; 4 x 6 inch | double-sided printing; a flatbed scanner; refillable tanks; a paper drawer | print thousands of pages per refill; scan to email; turn out borderless snaps
webcam | 66 | full-HD; 4K; tracking; clip-on | 1080p; 1440p; 4K | a privacy shutter; twin microphones; a ring light; a tripod thread | flatter you in poor light; follow you round the room; cut out background hum
docking station | 135 | USB-C; triple-display; travel; vertical | 6 ports; 9 ports; 12 ports | a card reader; pass-through charging; an audio jack; a power button | drive two screens from one cable; tidy a desk; charge a laptop as it works
graphics tablet | 110 | pen; display; beginner; wireless | small; medium; large | a battery-free pen; shortcut keys; a textured surface; spare nibs | feel like pencil on paper; sense light strokes; suit sketching and retouching

== Phones & Wearables | 1.0 | model
brands: Zephon; Mirabyte; Callisto Row; Vireo Mobile; Pocketree; Halyx
colours: black; lilac; mint; silver; coral; navy
uses: for commuters; for travellers; for busy families; for older users; for outdoor work; for teenagers
points: Works with the major phone systems. A cable is in the box. The manual covers twelve languages. Tested for two years of daily use. Carbon-neutral delivery. Backed by a two-year warranty.
smartphone | 520 | compact; folding; rugged; large-screen; budget-friendly | 64 GB; 128 GB; 256 GB; 512 GB | a three-lens camera; a bright display; a two-day battery; dual SIM slots | shoot sharply at night; charge fully in forty minutes; fit a small hand
phone case | 24 | leather; silicone; clear; wallet; cork | 6.1-inch; 6.4-inch; 6.7-inch | raised corners; a card slot; a magnetic ring; a lanyard loop | soak up a two-metre drop; age handsomely; leave the camera clear
power bank | 39 | slim; solar; magnetic; laptop-grade | 5,000 mAh; 10,000 mAh; 20,000 mAh | a charge display; twin outputs; a built-in cable; a torch | refill a phone twice; top up a laptop; slip in a shirt pocket
wall charger | 29 | dual-port; travel; compact; fast | 20 W; 45 W; 65 W; 100 W | folding pins; interchangeable plugs; a cool-running chip; a long cable | charge phone and laptop together; reach half charge in thirty minutes; suit sockets abroad
wireless charger | 35 | stand; pad; bedside; three-in-one | 10 W; 15 W | a soft-touch top; a watch cradle; a night light; a weighted base | charge through thick cases; clear bedside cables; prop a phone for calls
smartwatch | 230 | slim; sports; hybrid; children's; rugged | 38 mm; 42 mm; 46 mm | an always-on screen; a heart-rate sensor; contactless payment; offline maps | track sleep and swims; last ten days; answer calls from the wrist
fitness band | 52 | slim; swim-proof; colour-screen; screenless | small; medium; one size | a sleep score; vibrating alerts; a two-week battery; interchangeable straps | count steps and lengths; nudge you off the chair; disappear under a cuff
screen protector | 14 | tempered-glass; privacy; matte; flexible | 6.1-inch; 6.7-inch; pack of 2 | an alignment frame; an oil-resistant coat; rounded edges; a wipe kit | go on without bubbles; hide messages from neighbours; take the knock instead of the screen
car phone holder | 26 | vent; magnetic; windscreen; wireless-charging | standard; large | a one-hand clamp; a ball joint; a suction base; a cable clip | keep maps in view; hold firm over potholes; turn to landscape
selfie tripod | 32 | telescopic; pocket; flexible-leg; gimbal | 20 cm; 100 cm; 150 cm | a remote shutter; a fill light; rubber feet; a cold shoe | steady a video call; wrap round a railing; reach over a crowd
e-reader | 145 | waterproof; compact; large-format; stylus | 6-inch, 8 GB; 7-inch, 32 GB; 10-inch, 64 GB | a warm front light; page buttons; a glare-free screen; weeks of battery | hold a library in one hand; read well in full sun; borrow from public libraries
smart tracker | 27 | keyring; card; pet; luggage | single; pack of 2; pack of 4 | a loud ringer; a replaceable battery; a waterproof shell; a share function | find keys under cushions; ring a lost phone; report where a bag was last seen

== Audio | 0.9 | model
brands: Sonderley; Ostinato; Bellmoor; Aurelph; Lowtide Audio; Hush & Hum
colours: black; ivory; walnut; slate; burgundy
uses: for small flats; for keen listeners; for families; for music students; for a first system; for shared houses
points: Judged by ear as well as by instruments. Parts can be replaced at home. Ready in a moment. Made by people who listen. Two years of cover as standard. Plays nicely with older equipment.
+headphones | 150 | noise-cancelling; open-back; on-ear; studio; children's | 30 hours; 40 hours; wired | memory-foam cushions; a fold-flat hinge; a detachable cable; a transparency mode | hush a cabin's drone; stay comfortable for hours; reveal detail in old records
+earbuds | 88 | true wireless; sports; noise-cancelling; sleep; bone-conduction | 6 hours; 8 hours; 10 hours | a pocket charging case; four tip sizes; touch controls; ear hooks | stay in on a sprint; let traffic through when needed; vanish on a pillow
portable speaker | 79 | waterproof; pocket; retro; rugged | 8 W; 20 W; 40 W | a carry loop; a passive radiator; a stereo pairing mode; a sunny bass boost | float in the pool; fill a picnic; play all day on one charge
soundbar | 240 | slim; all-in-one; surround; compact | 60 cm; 90 cm; 110 cm | a wireless subwoofer; a dialogue mode; a wall bracket; a single-cable hookup | make speech clear at low volume; widen film sound; sit below the screen unnoticed
turntable | 260 | belt-drive; direct-drive; suitcase; automatic | two-speed; three-speed | a pre-fitted cartridge; a dust cover; a built-in phono stage; an acrylic platter | treat old pressings gently; digitise a collection; hold its speed to the decimal
+bookshelf speakers | 320 | active; passive; Bluetooth; monitor | pair, 40 W; pair, 80 W; pair, 120 W | silk tweeters; real-wood cabinets; magnetic grilles; a rear port | throw a wide stage; suit a desk or a shelf; stay composed when turned up
amplifier | 370 | integrated; valve; streaming; headphone | 2 x 30 W; 2 x 60 W; 2 x 100 W | a motorised volume dial; a phono input; an optical socket; a heavy transformer | drive stubborn speakers; warm up thin recordings; stream in high resolution
microphone | 105 | condenser; dynamic; lavalier; USB; shotgun | cardioid; multi-pattern; omni | a pop filter; a shock mount; a mute tap; a headphone jack | catch a voice without the room; plug straight into a laptop; suit podcasts and vocals
digital radio | 85 | bedside; portable; retro; internet; wind-up | 20 presets; 40 presets; 60 presets | a sunrise alarm; a leather handle; a headphone socket; a sleep timer | find stations by itself; run on mains or batteries; wake you gently
digital recorder | 118 | pocket; field; interview; multitrack | 16 GB; 32 GB; 64 GB | crossed microphones; a wind cover; a clear display; a tripod thread | catch birdsong at dawn; note a lecture word for word; run for twenty hours
record player stand | 140 | mid-century; two-tier; slatted; steel-framed | 60 cm; 80 cm; 120 cm | record dividers; a cable slot; levelling feet; a now-playing rest | hold two hundred albums; soak up footsteps; keep the deck level
record cleaning kit | 33 | velvet; carbon-fibre; fluid; complete | 100 ml; 200 ml; 5 pieces | a stylus brush; an anti-static cloth; a drying rack; a storage pouch | lift dust from grooves; quieten crackle; keep a stylus in trim

== Cameras & Optics | 0.8 | model
brands: Photara; Irislane; Veldmark; Lenswick; Apertis; Claryon
colours: -
uses: for beginners; for travel; for weekend trips; for keen amateurs; for families; for a serious hobby
points: Checked and adjusted by hand. A soft pouch is included. Tested in rain and dust. Three-year guarantee. Sample pictures are on the product page. Local service in most regions.
mirrorless camera | 920 | entry-level; full-frame; compact-body; video | 20 MP; 24 MP; 33 MP; 45 MP | a tilting screen; in-body stabilisation; a weather-sealed body; two card slots | lock focus on eyes; shoot handheld at dusk; record long takes without overheating
instant camera | 95 | mini; square-format; retro; hybrid | mini film; square film | a selfie mirror; a pop-up flash; a close-up lens; a double-exposure mode | hand out prints at parties; develop a picture in ninety seconds; make simple portraits charming
compact camera | 340 | zoom; waterproof; pocket; vlogging | 5x; 10x; 30x | a flip screen; a one-inch sensor; a tough shell; a bright lens | fit a jacket pocket; dive to ten metres; reach far across a valley
action camera | 230 | waterproof; 360-degree; dual-screen; thumb-sized | 2.7K; 4K; 5.3K | a chest mount; horizon levelling; a removable battery; a voice shutter | keep bumpy rides smooth; film under water; clip to a helmet
zoom lens | 480 | telephoto; wide; all-round; macro-capable | 16-35 mm; 24-105 mm; 70-300 mm; 150-600 mm | image stabilisation; a tripod collar; a silent motor; a lens hood | bring distant birds close; cover a whole trip; stay sharp to the corners
prime lens | 390 | fast; portrait; pancake; macro | 24 mm; 35 mm; 50 mm; 85 mm | rounded aperture blades; a metal barrel; a focus ring with bite; a pinch cap | melt backgrounds away; shoot in candlelight; weigh next to nothing
tripod | 115 | carbon; aluminium; travel; tabletop | 30 cm; 140 cm; 165 cm; 180 cm | a ball head; twist locks; a hook for weight; a spirit bubble | hold steady in wind; fold shorter than a forearm; drop low for flowers
+binoculars | 160 | roof-prism; compact; marine; stabilised | 8x25; 8x42; 10x42; 7x50 | twist-up eyecups; a rubber coat; nitrogen filling; a harness strap | show feather detail; work with glasses; stay clear in drizzle
telescope | 270 | refractor; reflector; tabletop; computerised | 70 mm; 130 mm; 200 mm | two eyepieces; a red-dot finder; a slow-motion mount; a phone adapter | show Saturn's rings; find targets by itself; set up in minutes
camera bag | 88 | backpack; shoulder; sling; roll-top | 6 L; 12 L; 22 L | padded dividers; a rain cover; side access; a tripod strap | swallow a body and three lenses; look nothing like a camera bag; spread weight evenly
drone | 430 | folding; beginner; long-range; indoor | 20 min; 30 min; 40 min | a three-axis gimbal; obstacle sensors; a return-home button; spare propellers | hover steadily in a breeze; frame a subject by itself; land on a palm
studio light | 98 | ring; panel; softbox; tube | 25 cm; 45 cm; pair | a dimmer; adjustable colour warmth; a folding stand; a phone clamp | flatten shadows; match daylight; suit products and faces

== Women's Clothing | 1.2 | plain
brands: Elowen Mae; Rosalind & Rye; Saltmarsh; Veramente; Plum Parade; Isolde Lane
colours: ivory; navy; rust; sage; black; dusty rose; cobalt; camel
uses: for weekends; for travel; for everyday wear; for holidays; for a capsule wardrobe; for easy dressing
points: Cut from deadstock cloth where possible. Cool hand wash. Made with an eye for detail. It travels without creasing much. Free returns within thirty days. Sewn in small runs. See the size guide for measurements.
dress | 88 | wrap; linen; midi; knitted; floral; shirt | petite; regular; tall | side pockets; a tie waist; puffed sleeves; a square neck | move when you do; go from desk to dinner; flatter without clinging
blouse | 54 | silk; cotton-lawn; pussy-bow; embroidered; satin | sizes 6-18; petite; regular | covered buttons; a pleated yoke; balloon sleeves; a scalloped collar | tuck neatly into trousers; catch the light; soften a suit
knitted jumper | 72 | merino; cashmere; cable; mohair-blend; cropped | relaxed fit; regular fit; oversized | a roll neck; balloon cuffs; a ribbed hem; dropped shoulders | warm without itching; layer under a coat; hold its shape
cardigan | 68 | alpaca; cotton; longline; pointelle | cropped; regular; long | horn buttons; patch pockets; a V-neck; contrast trim | see off a chilly office; double as a light jacket; brighten plain denim
+jeans | 76 | straight-leg; wide-leg; high-rise; barrel; skinny | 28-inch leg; 30-inch leg; 32-inch leg | a touch of stretch; raw hems; deep pockets; a contour waistband | stay up without a belt; soften with wear; lengthen the leg
+trousers | 70 | tailored; linen; pleated; cropped; palazzo | short; regular; long | an elastic back; pressed creases; a side zip; slant pockets | pass for smart while feeling like pyjamas; drape cleanly; breathe in a heatwave
skirt | 56 | pleated; denim; satin slip; A-line; tweed | mini; midi; maxi | a hidden zip; a bias cut; a lined front; buttons all the way down | swing as you walk; suit boots or sandals; sit flat at the waist
winter coat | 195 | wool; quilted; belted; teddy; trench | regular; petite; longline | a storm flap; a satin lining; deep collars; raglan sleeves | block wind on the platform; fit over thick knits; dress up trainers
raincoat | 115 | hooded; packable; waxed; cape | regular; longline | taped seams; a peaked hood; a vented back; snap cuffs | keep a downpour out; fold into its pocket; look good in drizzle
swimsuit | 58 | one-piece; bandeau; sporty; ruched | sizes 8-20; long torso | adjustable straps; a crossed back; soft cups; recycled yarn | stay put through lengths; hold its colour in chlorine; support a full bust
+pyjamas | 49 | cotton; satin; flannel; jersey | short set; long set | piped edges; a drawstring waist; a chest pocket; mother-of-pearl buttons | feel like a hotel morning; keep cool at night; be smart enough for the door
+leggings | 42 | high-waist; fleece-lined; ribbed; yoga | full length; seven-eighth; cropped | a phone pocket; flat seams; a wide waistband; squat-proof cloth | stretch without sagging; wick sweat; stay opaque
scarf | 34 | silk; wool; printed; blanket; chunky | 70 x 70 cm; 180 x 30 cm; 200 x 70 cm | hand-rolled edges; a fringe; a reversible check; a painted pattern | lift a plain coat; double as a shawl; keep out a draught

== Men's Clothing | 1.1 | plain
brands: Harker & Vale; Tolliver; Brackenridge; Colm Street; Dunlin; Marlow & Tate
colours: navy; charcoal; olive; white; burgundy; stone; indigo
uses: for everyday wear; for long weekends; for the office; for travel; for a capsule wardrobe; for men who dislike shopping
points: Sewn by a workshop we know by name. Machine wash cool. Fabric softens after a few washes. Repairs are free for the first year. Cut to last rather than to follow fashion. Free returns within thirty days.
shirt | 58 | Oxford; linen; flannel; poplin; denim | slim fit; regular fit; relaxed fit | a button-down collar; a chest pocket; a curved hem; a double yoke | look sharp without a tie; iron in a minute; roll up at the sleeve
T-shirt | 26 | heavyweight; organic-cotton; striped; pocket; long-sleeved | slim fit; regular fit; boxy | a ribbed neck; taped shoulders; a side-seam-free body; a dropped hem | keep its neckline; layer under a jacket; stay soft after fifty washes
polo shirt | 42 | piqué; knitted; merino; jersey | slim fit; regular fit | a three-button placket; tipped collars; ribbed cuffs; side vents | cross from golf to grill; hold its collar; breathe in the sun
jumper | 74 | lambswool; cable; cotton; fisherman; cashmere | regular fit; relaxed fit | a crew neck; a half zip; saddle shoulders; ribbed cuffs | take the edge off a raw morning; fit under a blazer; last a decade
hoodie | 56 | loopback; zip-up; brushed; heavyweight | regular fit; oversized | a lined hood; metal eyelets; a kangaroo pocket; flatlock seams | feel broken in from day one; keep its shape at the cuffs; warm up cold gyms
+chinos | 62 | stretch; tapered; pleated; brushed-twill | 30-inch leg; 32-inch leg; 34-inch leg | a hidden coin pocket; a curtained waistband; a clean hem; a tailored rise | sit between jeans and suit; give at the knee; resist creasing
+jeans for men | 84 | selvedge; straight; slim; relaxed; black-denim | 30-inch leg; 32-inch leg; 34-inch leg | copper rivets; a button fly; reinforced pockets; chain-stitched hems | fade with character; ride well on a bike; fit a boot
suit | 340 | wool; linen; three-piece; tweed; travel | short; regular; long | a half-canvas chest; side adjusters; notch lapels; working cuffs | hang clean off the shoulder; shake out after a flight; serve weddings and boardrooms
overcoat | 240 | wool; pea; duffle; herringbone; car | regular; long | a quilted lining; horn toggles; a throat latch; flap pockets | cover a suit jacket; turn a north wind; outlive fashions
waxed jacket | 165 | quilted-lining; cropped; hooded; field | regular fit; relaxed fit | a corduroy collar; bellows pockets; storm cuffs; a two-way zip | beat thorns and rain; age into a favourite; hide a map
+boxer briefs | 24 | modal; cotton; bamboo; sport | pack of 3; pack of 5; pack of 7 | a soft waistband; flat seams; a no-ride leg; a breathable panel | stay put all day; dry overnight; feel like nothing
+socks | 16 | merino; bamboo; ribbed; patterned; boot | pack of 2; pack of 3; pack of 5 | hand-linked toes; a cushioned sole; reinforced heels; a non-slip cuff | see off blisters; keep feet dry; stay up under boots

== Shoes | 1.0 | range
brands: Striderell; Cobblewright; Lastmoor; Fennick; Solavio; Hopscotch Mill
colours: tan; black; white; grey; forest; navy; blush
uses: for wide feet; for long days; for everyday wear; for weekends away; for people always on the move; for tired arches
points: They can be repaired. Half sizes are available in most styles. A shoe bag is included. Little breaking in is needed. Vegan glue is used throughout. The shape leaves room for toes. Free returns if they pinch.
+running shoes | 115 | road; trail; cushioned; stability; racing | men's; women's | a foam midsole; a mesh upper; a rocker sole; a heel counter | soften long road miles; grip wet rock; spring forward off the toe
+trainers | 82 | leather; canvas; retro; chunky; platform | men's; women's; unisex | a cup sole; a padded tongue; perforated toes; a suede panel | go with everything; wipe clean; break in within a day
+hiking boots | 150 | waterproof; lightweight; leather; mid-height | men's; women's | a lugged sole; a bellows tongue; a toe bumper; speed hooks | hold ankles on scree; keep streams out; carry a heavy pack comfortably
+ankle boots | 118 | Chelsea; suede; lace-up; western; block-heel | women's; men's | elastic gores; a side zip; a stacked heel; a pull tab | slide on in seconds; dress up denim; cope with wet leaves
+loafers | 96 | penny; suede; tassel; driving; chunky | men's; women's | a hand-sewn apron; a leather lining; a rubber-studded sole; a padded heel | work without socks; soften a suit; fit like slippers
+brogues | 135 | leather; wingtip; suede; two-tone | men's; women's | punched detailing; a welted sole; a leather insole; waxed laces | shine up for weddings; wear in rather than out; anchor a tweed suit
+court shoes | 88 | patent; suede; slingback; kitten-heel | women's 5 cm; women's 7 cm; women's 9 cm | a cushioned footbed; a pointed toe; a covered heel; a grippy tip | last from meeting to dance floor; lengthen the line; spare the ball of the foot
+sandals | 58 | leather; cork; strappy; sports; platform | women's; men's; unisex | a moulded footbed; adjustable buckles; a wedge sole; quick-dry straps | walk miles of promenade; cope with surf and sand; support high arches
+slippers | 38 | sheepskin; felt; moccasin; slip-on | men's; women's; unisex | an indoor-outdoor sole; a fleece lining; a memory insole; a stitched edge | warm stone floors underfoot; cope with a dash to the post box; muffle footsteps
+wellington boots | 62 | tall; short; neoprene-lined; packable; children's | men's; women's; unisex | a cushioned sole; a buckle strap; a kick-off heel; a wide calf | wade through mud; stay supple in frost; rinse clean
+football boots | 78 | firm-ground; astro; indoor; soft-ground | junior; adult | moulded studs; a knitted collar; a textured toe; a lace cover | turn sharply on wet grass; bend a free kick; lock the heel
+children's school shoes | 44 | leather; scuff-proof; T-bar; riptape | infant; junior; wide | a hard-wearing toe; a wipe-clean lining; growth room; light soles | survive the playground; fasten without help; last a full term

== Jewellery & Watches | 0.9 | range
brands: Maren Gold; Oriel & Finch; Tidemark Silver; Lapidary Lane; Solstead; Aurelie Thorn
colours: -
uses: for anniversaries; for everyday wear; as a milestone gift; for a best friend; for special evenings; as a treat to yourself
points: Arrives in a gift box. Made to order in ten days. A handwritten card can be added. Metal is recycled where possible. Insured delivery. A two-year guarantee covers the workmanship.
pendant necklace | 78 | gold-vermeil; silver; pearl; opal; locket | 40 cm; 45 cm; 60 cm | an adjustable chain; a hammered disc; a birthstone; a lobster clasp | sit just at the collarbone; layer with longer chains; catch the light softly
+earrings | 54 | hoop; pearl stud; drop; turquoise; huggie | 8 mm; 12 mm; 30 mm | butterfly backs; a brushed finish; a hinged clasp; tiny zircons | weigh almost nothing; frame the face; go from gym to gala
bracelet | 62 | bangle; charm; beaded; tennis; cuff; leather | 16 cm; 18 cm; 20 cm | a toggle clasp; an extender; semi-precious stones; a twisted cable | stack with a watch; slip on without help; gather charms over years
ring | 110 | signet; moonstone; wedding; stacking; emerald | sizes J-R; sizes S-Z | a bezel setting; a comfort fit; milgrain edges; a low profile | never snag on gloves; sit flush with a band; mark a promise
engagement ring | 1450 | diamond; sapphire; lab-diamond; three-stone; vintage-style | 0.5 ct; 0.75 ct; 1 ct | a platinum band; a halo; claw prongs; a grading report | sparkle from every side; suit slim fingers; become an heirloom
brooch | 38 | enamel; silver; art-deco; botanical | 25 mm; 40 mm; 55 mm | a rollover catch; hand-painted detail; a pearl drop; a filigree frame | pin a scarf; bring a lapel to life; start conversations
+cufflinks | 48 | silver; enamel; knot; engraved | 12 mm; 16 mm; pair | a swivel bar; mother-of-pearl faces; a chain link; a monogram plate | finish a double cuff; thank a best man; add a flash of colour
automatic watch | 460 | diver's; dress; skeleton; field | 36 mm; 39 mm; 42 mm | a sapphire crystal; a see-through back; a date window; a screw-down crown | wind itself as you move; keep time at 200 metres; slip under a cuff
quartz watch | 120 | minimalist; chronograph; mesh-band; rectangular | 28 mm; 34 mm; 40 mm | a leather strap; luminous hands; a sunray dial; a quick-release bar | run five years on a cell; read at a glance; dress up or down
digital watch | 48 | retro; sports; tide; calculator | 34 mm; 42 mm; 48 mm | a backlight; a stopwatch; a resin strap; five alarms | time laps to the hundredth; survive a swim; look straight out of 1985
watch strap | 34 | leather; canvas; steel; rubber; suede | 18 mm; 20 mm; 22 mm | quick-release pins; a deployant clasp; contrast stitching; a tapered cut | renew an old watch; stay comfortable in heat; soften in a week
!jewellery box | 49 | leather; velvet; wooden; travel | one tier; two tiers; three tiers | ring rolls; a mirror lid; an anti-tarnish lining; a lock and key | untangle necklaces; keep pairs together; fit a weekend bag

== Bags & Luggage | 0.9 | range
brands: Packhorse Lane; Wayfell; Terminal Nine; Ossington Hide; Canvas & Creed; Rovello
colours: tan; black; olive; navy; mustard; grey
uses: for city days; for students; for long weekends; for business travel; for minimalists; for daily carry
points: Zips and seams are guaranteed for life. The fabric inside is bright, so nothing gets lost. Water beads on the outside. Every seam is bar-tacked. Arrives in a cotton sack. Repairs are done in house.
backpack | 84 | roll-top; laptop; canvas; anti-theft; school | 16 L; 22 L; 30 L | a laptop sleeve; a bottle pocket; a chest strap; a hidden back pocket | carry a day's books comfortably; keep rain off a computer; open flat for packing
suitcase | 160 | hard-shell; soft-side; expandable; carry-on | 35 L; 68 L; 100 L | silent wheels; a combination lock; compression straps; a telescopic handle | glide over cobbles; fit overhead lockers; take a fortnight's clothes
weekend bag | 130 | leather; canvas; waxed; quilted | 28 L; 38 L; 45 L | a shoe compartment; a trolley sleeve; brass zips; a shoulder strap | hold three days' outfits; slide onto a suitcase handle; scuff beautifully
tote bag | 42 | leather; canvas; straw; recycled; woven | small; large; extra large | an inner zip pocket; long handles; a magnetic closing; a key leash | swallow the weekly shop; fold into a pocket; carry a laptop politely
crossbody bag | 69 | leather; quilted; nylon; saddle; camera | mini; small; medium | an adjustable strap; a card slot; a turn lock; a back pocket | keep hands free; hold phone, keys and purse; swing from day to night
laptop sleeve | 34 | felt; leather; padded; waterproof; recycled | 13-inch; 14-inch; 16-inch | a cable pocket; a magnetic flap; fleece lining; a stand-up handle | cushion knocks in a crowded train; slide inside a larger bag; double as a desk mat
wallet | 44 | bifold; slim; zip-round; coin | 4 cards; 8 cards; 12 cards | signal-blocking lining; a note clip; a coin pouch; a window for a pass | sit flat in a front pocket; fan cards out at a push; stop contactless theft
belt bag | 36 | running; leather; recycled; quilted | 1 L; 2 L; 3 L | a stretch pocket; a quick clip; an earphone port; reflective piping | stay still on a run; cross the chest; keep passports close
messenger bag | 92 | waxed; leather; cycling; convertible | 10 L; 15 L; 20 L | a stabiliser strap; a padded sleeve; a quiet flap; pen slots | swing round to the front; take files without folding; look smart on a bike
wash bag | 29 | hanging; leather; waxed; clear | small; medium; large | a hook; a wipe-clean lining; elastic loops; a wide mouth | hang from any rail; contain a burst bottle; stand open by the sink
+packing cubes | 28 | compression; mesh; lightweight; waterproof | set of 3; set of 5; set of 7 | a laundry pouch; double zips; a see-through top; a carry handle | squeeze jumpers to half; keep socks from wandering; turn a case into drawers
umbrella | 32 | windproof; folding; walking; automatic; bubble | 95 cm; 105 cm; 120 cm | a wooden crook; fibreglass ribs; a one-touch button; a fabric sleeve | shrug off gusts; shelter two; drip dry in minutes

== Beauty & Personal Care | 1.1 | recipe
brands: Clementhe; Fernwater; Alma Verity; Bare Meadow; Noctiluna; Saponelle
colours: -
uses: for daily use; for travel; for sensitive skin; for busy mornings; as a small luxury; for minimal routines
points: Never tested on animals. The packaging is made from recycled plastic or glass. Dermatologist checked. A little goes a long way. Free from mineral oil. Mild enough for every day. Blended in small batches.
~face cream | 34 | hyaluronic; night; oat; vitamin C; ceramide | 30 ml; 50 ml; 75 ml | a whipped texture; shea butter; a refill pot; no added perfume | calm redness; plump dry patches; sit well under make-up
face serum | 29 | niacinamide; retinol; peptide; rosehip; brightening | 15 ml; 30 ml; 50 ml | a glass dropper; squalane; a fast-drying finish; green tea extract | smooth texture overnight; fade dull tone; sink in without stickiness
~sun cream | 19 | mineral; sport; tinted; children's | SPF 30, 100 ml; SPF 50, 50 ml; SPF 50, 200 ml | a pump spray; a reef-friendly formula; an invisible finish; a water-resistant film | leave no white cast; stay on through a swim; protect without grease
cleanser | 18 | gel; balm; oil; foaming; clay | 100 ml; 150 ml; 250 ml | a muslin cloth; oat milk; a gentle surfactant; chamomile | melt mascara; rinse without tightness; clear pores softly
~shampoo | 14 | nourishing; clarifying; solid; anti-dandruff; colour-care | 80 g bar; 250 ml; 400 ml | argan oil; a rosemary scent; rice protein; no sulphates | add bounce; quiet a flaky scalp; keep dyed hair bright
~conditioner | 15 | leave-in; deep; curl; lightweight | 200 ml; 250 ml; 400 ml | coconut milk; a detangling slip; keratin; a wide-neck tub | loosen knots; define curls; tame frizz in damp air
~body lotion | 21 | cocoa-butter; oat; fragrance-free; citrus; firming | 100 ml; 250 ml; 400 ml | a lockable pump; sweet almond oil; a light, milky texture; urea | drink in before you dress; soothe dry elbows and shins; leave a soft sheen
face mask | 16 | clay; sheet; overnight; peel-off; charcoal | single; pack of 5; 75 ml; 120 ml | kaolin; cucumber water; a wooden spatula; fruit enzymes | draw out a week of city air; revive tired cheeks in ten minutes; rinse away without rubbing
~deodorant | 11 | roll-on; stick; cream; natural-salt; unscented | 50 ml; 75 g; 100 g | baking-soda-free care; a refillable case; sage and cypress; cornstarch | last a long shift; leave no marks on shirts; glide on cool
lipstick | 18 | matte; satin; tinted-balm; liquid; long-wear | plum; coral; brick; rosewood; cherry | a bullet refill; vitamin E; a precise tip; a hint of vanilla | survive a long lunch; feel like balm; colour in one stroke
mascara | 20 | lengthening; waterproof; volume; tubing | 8 ml; 10 ml; mini 4 ml | a curved brush; castor oil; a smudge-proof film; a fine comb | lift short lashes; slide off with warm water; stay put in rain
~perfume | 72 | woody; floral; citrus; amber; green | 10 ml; 50 ml; 100 ml | notes of vetiver and grapefruit; notes of iris and suede; notes of bergamot and tea; notes of neroli and salt | linger until evening; open bright before drying down warm; stay close to the skin
~hand cream | 12 | almond; shea; lavender; unscented | 30 ml; 75 ml; 100 ml | a metal tube; beeswax; glycerine; a non-greasy finish | mend gardener's hands; soften cuticles; absorb before the next email
"""
