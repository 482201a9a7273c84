/** Where a tile lies, in pixels from the container's left and top. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Layout {
  /** Tiles of the fullest row. */
  columns: number;
  rows: number;
  /** In the order of the pictures: along the rows, from the top. */
  tiles: Box[];
}

export interface Container {
  width: number;
  height: number;
  /** Pixels between tiles. */
  gap: number;
}

/** Width over height of pictures that are shown whole; beyond these they get bars. */
const NARROWEST = 9 / 21;
const WIDEST = 21 / 9;
/** How much larger the pictures must get for one more row: rows of many look calmer than a tower. */
const WORTH_A_ROW = 1.12;
/** The least and the most of the container, across or down, that those have who stand beside the large one. */
const STRIP = { least: 0.16, most: 0.3 };

/**
 * Lay out pictures as large as they can be, each tile in the shape of its picture.
 *
 * The tiles of a row are equally high, rows are centred, and nobody's picture is larger than another's for
 * standing in a row with fewer: a row's height is such that its tiles are, on average, as large as all others.
 * Rows differ by at most one tile, the fuller ones first.
 *
 * @param aspects width over height of each picture, in the order in which they stand
 */
export function layout(aspects: readonly number[], container: Container): Layout {
  let best: Layout = { columns: 0, rows: 0, tiles: [] };
  let most = -1; // not even nothing is found yet
  for (let rows = 1; rows <= aspects.length; rows++) {
    const found = inRows(split(aspects.map(shape), rows), container);
    const covered = total(found.tiles.map(({ width, height }) => width * height));
    if (covered > most * WORTH_A_ROW) [best, most] = [found, covered];
  }
  return best;
}

/** Lay out one picture large, and the others in a strip beside or below it, whichever leaves it larger. */
export function layoutAround(large: number, aspects: readonly number[], container: Container): Layout {
  const { width, height, gap } = container;
  const [aspect = 1] = aspects.slice(large, large + 1).map(shape);
  const others = aspects.filter((_, at) => at !== large);
  if (others.length === 0) return layout(aspects, container);
  const across = strip(width, width - gap - height * aspect);
  const down = strip(height, height - gap - width / aspect);
  const beside = (width - gap - across) * Math.min(height, (width - gap - across) / aspect);
  const above = (height - gap - down) * Math.min(width, (height - gap - down) * aspect);
  const sideways = beside >= above;
  const room = sideways
    ? { left: 0, top: 0, width: width - gap - across, height }
    : { left: 0, top: 0, width, height: height - gap - down };
  const left = sideways ? { width: across, height, gap } : { width, height: down, gap };
  const { columns, rows, tiles } = layout(others, left);
  const [aside, below] = sideways ? [width - across, 0] : [0, height - down];
  const around = tiles.map((box) => ({ ...box, left: box.left + aside, top: box.top + below }));
  return { columns, rows, tiles: around.toSpliced(large, 0, within(room, aspect)) };
}

/** How wide or high the strip is: what the large picture leaves free belongs to it. */
function strip(side: number, free: number): number {
  return Math.min(side * STRIP.most, Math.max(side * STRIP.least, free));
}

function shape(aspect: number): number {
  return Math.min(WIDEST, Math.max(NARROWEST, aspect));
}

/** Into this many rows, the first of which have one more where it does not come out even. */
function split(aspects: readonly number[], rows: number): number[][] {
  const [least, more] = [Math.floor(aspects.length / rows), aspects.length % rows];
  return Array.from({ length: rows }, (_, row) => {
    const from = row * least + Math.min(row, more);
    return aspects.slice(from, from + least + (row < more ? 1 : 0));
  });
}

/** Sizes before they are scaled; gaps are not scaled with them. */
interface Row {
  aspects: readonly number[];
  width: number;
  height: number;
  gaps: number;
}

function inRows(rows: readonly number[][], { width, height, gap }: Container): Layout {
  const unscaled = rows.map((aspects): Row => {
    const sum = total(aspects);
    // so high that the row's tiles have an area of 1, on average
    const tall = Math.sqrt(aspects.length / sum);
    return { aspects, width: tall * sum, height: tall, gaps: gap * (aspects.length - 1) };
  });
  const gaps = gap * (rows.length - 1);
  const stacked = total(unscaled.map((row) => row.height));
  const fits = [(height - gaps) / stacked, ...unscaled.map((row) => (width - row.gaps) / row.width)];
  const scale = Math.max(0, Math.min(...fits));
  let top = (height - scale * stacked - gaps) / 2;
  const tiles: Box[] = [];
  for (const row of unscaled) {
    const tall = scale * row.height;
    let left = (width - scale * row.width - row.gaps) / 2;
    for (const aspect of row.aspects) {
      tiles.push({ left, top, width: tall * aspect, height: tall });
      left += tall * aspect + gap;
    }
    top += tall + gap;
  }
  return { columns: rows[0]?.length ?? 0, rows: rows.length, tiles };
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

/** The largest box of this shape in the middle of another. */
function within(room: Box, aspect: number): Box {
  const width = Math.min(room.width, room.height * aspect);
  const height = width / aspect;
  const [left, top] = [room.left + (room.width - width) / 2, room.top + (room.height - height) / 2];
  return { left, top, width, height };
}
