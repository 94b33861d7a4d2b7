import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedBlocks } from './generate.ts';
import { blocksOf, withBlocks } from './markdown.ts';
import { pages, root } from './pages.ts';

/** Makes all generated blocks of the documentation anew: `node test/docs/write.ts`. */
const blocks = await generatedBlocks();
for (const [path, page] of pages()) {
  if (blocksOf(page).length === 0) continue;
  const written = withBlocks(page, blocks);
  if (written !== page) writeFileSync(join(root, path), written);
  console.log(`${path}: ${blocksOf(page).join(', ')}${written === page ? '' : ' (changed)'}`);
}
