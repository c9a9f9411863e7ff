const COLOURS = [
  'Amber', 'Azure', 'Coral', 'Copper', 'Cobalt', 'Crimson', 'Golden', 'Hazel', 'Indigo', 'Ivory',
  'Jade', 'Lilac', 'Lemon', 'Maroon', 'Mint', 'Olive', 'Opal', 'Pearl', 'Plum', 'Rose',
  'Ruby', 'Saffron', 'Scarlet', 'Silver', 'Teal', 'Topaz', 'Umber', 'Velvet', 'Violet', 'Walnut',
];

const ANIMALS = [
  'Badger', 'Beaver', 'Bison', 'Crane', 'Curlew', 'Dolphin', 'Falcon', 'Ferret', 'Finch', 'Fox',
  'Gecko', 'Hare', 'Heron', 'Ibis', 'Koala', 'Lark', 'Lemur', 'Lynx', 'Marten', 'Moose',
  'Newt', 'Otter', 'Panda', 'Puffin', 'Quail', 'Raven', 'Robin', 'Seal', 'Swift', 'Tapir',
  'Toucan', 'Turtle', 'Vole', 'Walrus', 'Wombat', 'Wren', 'Yak', 'Zebra', 'Stork', 'Osprey',
];

/** @returns {string} a friendly name for a visitor of the demo, one of 1,200 */
export function randomName() {
  return `${pick(COLOURS)} ${pick(ANIMALS)}`;
}

function pick(words) {
  return words[Math.floor(Math.random() * words.length)];
}
