function words(text: string): readonly [string, ...string[]] {
  const [first, ...rest] = text.trim().split(/\s+/);
  if (first === undefined) throw new Error("a list of words is empty");
  return [first, ...rest];
}

/** First halves of generated names. */
export const ADJECTIVES = words(`
  able agile airy alert amber ample apt ardent azure balmy blithe bold bonny brave breezy bright brisk bronze calm
  candid canny careful cheery chief civic clean clear clever cobalt coral cosy crafty crisp curious dapper daring
  dawning deft delicate devoted dewy diligent dreamy eager early earnest easy elated elegant eminent epic even exact
  expert fabled fair faithful famous fancy fearless fertile festive fine firm fleet fluent fond frank free fresh frosty
  gallant generous gentle genuine gifted glad gleaming golden graceful grand grateful green hale handy happy hardy
  hearty helpful honest hopeful humble icy ideal indigo ivory jaunty jolly jovial keen kind lively loyal lucid lucky
  lunar lush magic mellow merry mighty mild modest neat nimble noble novel olive open opal patient peaceful pearly
  placid plucky polite prime proud prudent quick quiet radiant rapid rare ready regal robust rosy ruby rustic sage
  scarlet serene sharp shiny silent silken silver sincere smooth snowy social solar solid sonic spry stable starry
  steady stellar sterling stout sturdy subtle sunny sure swift tactful tender thrifty tidy timely topaz tranquil true
  trusty upbeat urbane vast velvet verdant vivid warm wary whole wild willing windy wise witty worthy young zesty
`);

/** Second halves of generated names. */
export const ANIMALS = words(`
  aardvark albatross alpaca ant antelope armadillo badger bat bear beaver bee beetle bison boar buffalo bustard
  butterfly camel capybara caracal cardinal caribou cassowary cat catfish chameleon cheetah chinchilla chipmunk civet
  cobra condor coot cormorant cougar coyote crab crane cricket crow cuckoo curlew deer dingo dolphin donkey dormouse
  dove dragonfly duck dugong eagle echidna eel egret eland elephant elk emu falcon ferret finch firefly flamingo fox
  frog gannet gazelle gecko gibbon giraffe goat goldfinch goose grebe grouse gull halibut hamster hare harrier hawk
  hedgehog heron herring hippo hornet horse hyena ibex ibis iguana impala jackal jackdaw jaguar jay kestrel kingfisher
  kiwi koala koel kookaburra kudu lapwing lark lemming lemur leopard limpet linnet lion lizard llama lobster loon loris
  lynx macaw magpie mallard manatee mantis marmot marten meerkat mink mole mongoose moose moth mouse mule muskox narwhal
  newt nightjar numbat ocelot octopus okapi opossum orca oriole oryx osprey ostrich otter owl oyster panda panther
  parrot partridge peacock pelican penguin petrel pheasant pigeon pika piranha platypus plover polecat porcupine puffin
  puma quail quokka rabbit raccoon raven redstart reindeer rhino robin rook salmon sandpiper seahorse seal serval shark
  sheep shrew skink skunk sloth snail snipe sparrow spider squid squirrel starling stingray stoat stork swallow swan
  swift tapir tarsier teal tern terrapin thrush tiger toad tortoise toucan trout turtle viper vole vulture wallaby
  walrus warbler weasel whale wolf wombat woodcock wren yak zebra
`);
