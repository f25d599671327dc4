// The first page: images in a grid, search, uploads by choosing or dropping, and one image at a time.
import { begin, mayChange } from './account.js';
import { ask, element, route } from './api.js';

const grid = element('grid'), more = element('more'), viewer = element('viewer');
let next = null, shown = null;

function make(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

function tile(image) {
  const name = image.title || 'untitled';
  const picture = make('img', { src: image.links.thumbnail, alt: '', loading: 'lazy' });
  const button = make('button', { type: 'button', onclick: () => show(image) }, picture, make('span', { textContent: name }));
  return make('li', { className: `${image.state} ${image.visibility}` }, button);
}

function query(extra = {}) {
  const form = new FormData(element('search'));
  const words = new URLSearchParams({ limit: 60, sort: form.get('sort'), ...extra });
  if (form.get('q').trim()) words.set('q', form.get('q').trim());
  return words;
}

async function load(fresh) {
  const page = await ask(route('/v1/images?') + query(fresh || !next ? {} : { cursor: next }));
  if (fresh) grid.replaceChildren();
  grid.append(...page.images.map(tile));
  next = page.next;
  more.hidden = !next;
  const isSearch = element('words').value.trim() !== '';
  element('welcome').hidden = isSearch || grid.children.length > 0;
  element('download').hidden = grid.children.length === 0;
  element('nothing').hidden = !isSearch || grid.children.length > 0;
}

// A search that is still being typed is often not one yet: what is wrong with it is shown until it is right, and once.
let complaint;
const complain = failure => { complaint?.remove(); complaint = failure && report(failure.message, true); };
const reload = () => load(true).then(() => complain(), complain);

function report(text, failed) {
  const line = make('li', { textContent: text, className: failed ? 'failed' : '' });
  element('progress').append(line);
  setTimeout(() => line.remove(), failed ? 15000 : 4000);
  return line;
}

async function upload(files) {
  for (const file of files) {
    const form = new FormData();
    form.append('visibility', element('visibility').value);
    form.append('file', file, file.name);
    const line = make('li', { textContent: `Adding ${file.name} …` });
    element('progress').append(line);
    try {
      const [result] = (await ask(route('/v1/upload/'), { method: 'POST', body: form })).images;
      if (!result.id) throw new Error(result.detail);
      report(result.duplicate ? `${file.name} was here already.` : `${file.name} has been added.`);
    } catch (failure) {
      report(`${file.name}: ${failure.message}`, true);
    }
    line.remove();
  }
  reload();
}

/** Puts all that the search shows together, not only what is on the page, and starts its download. */
async function download(leavesOut) {
  const form = new FormData(element('search'));
  const order = { query: form.get('q').trim(), sort: form.get('sort'), skip_missing: leavesOut };
  const line = make('li', { textContent: 'Putting the images together …' });
  element('progress').append(line);
  element('download').disabled = true;
  try {
    const archive = await ask(route('/v1/archives'), { method: 'POST', body: JSON.stringify(order) });
    make('a', { href: archive.url, download: '' }).click();
    report(`The download of ${archive.files} ${archive.files === 1 ? 'image' : 'images'}, ${size(archive.bytes)}, has begun.`);
  } catch (failure) {
    const missing = failure.problem?.unavailable?.count;
    if (missing && !leavesOut && confirm(`${missing === 1 ? 'One file' : missing + ' files'} cannot be had. Download the others?`)) await download(true);
    else report(failure.message, true);
  } finally {
    line.remove();
    element('download').disabled = false;
  }
}

function size(bytes) {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

async function show(image) {
  shown = image;
  element('picture').src = image.links.full_size;
  element('picture').alt = image.description || image.title;
  element('title').textContent = image.title || 'untitled';
  element('description').textContent = image.damage ? `Damaged: ${image.damage}` : image.description;
  // Whoever does not get the original gets the largest file that there is for others.
  element('original').href = (image.links.original || image.links.full_size) + '&download=1';
  element('original').textContent = image.links.original ? 'Download the original' : 'Download';
  element('record').href = image.links.metadata;
  element('delete').hidden = element('publish').hidden = !mayChange(image);
  element('publish').textContent = image.visibility === 'public' ? 'Make private' : 'Make public';
  const facts = [['Owner', `${image.owner}, ${image.visibility}`], ['Size', `${image.width} × ${image.height}`], ['File', `${image.format.toUpperCase()}, ${size(image.bytes)}`],
    ['Added', new Date(image.date_added).toLocaleString()]];
  if (image.date_taken) facts.push(['Taken', image.date_taken.replace('T', ' ')]);
  if (image.tags.length) facts.push(['Tags', image.tags.join(', ')]);
  const list = pairs => pairs.flatMap(([term, text]) => [make('dt', { textContent: term }), make('dd', { textContent: text })]);
  element('facts').replaceChildren(...list(facts));
  if (!viewer.open) viewer.showModal();
  const { camera, place } = await ask(image.links.metadata);
  if (shown !== image) return;
  const name = [camera.make, camera.model].filter(Boolean).join(' ');
  const extra = [];
  if (name) extra.push(['Camera', name]);
  if (camera.lens) extra.push(['Lens', camera.lens]);
  if (camera.aperture && camera.exposure_time) {
    const time = camera.exposure_time < 1 ? `1/${Math.round(1 / camera.exposure_time)}` : camera.exposure_time;
    extra.push(['Exposure', `${time} s, f/${camera.aperture}` + (camera.iso ? `, ISO ${camera.iso}` : '')]);
  }
  if (place) extra.push(['Place', `${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)}`]);
  element('facts').append(...list(extra));
}

element('curl').textContent = `curl -X POST ${route('/upload/')} -F "file=@photo.jpg"`;
element('files').addEventListener('change', event => {
  upload([...event.target.files]);
  event.target.value = '';
});
element('search').addEventListener('submit', event => { event.preventDefault(); reload(); });
element('sort').addEventListener('change', reload);
let typing;
element('words').addEventListener('input', () => { clearTimeout(typing); typing = setTimeout(reload, 200); });
element('download').addEventListener('click', () => download(false));
more.addEventListener('click', () => load(false).catch(failure => report(failure.message, true)));
element('close').addEventListener('click', () => viewer.close());
viewer.addEventListener('click', event => { if (event.target === viewer) viewer.close(); });
viewer.addEventListener('close', () => { shown = null; element('picture').removeAttribute('src'); });
element('publish').addEventListener('click', async () => {
  const visibility = shown.visibility === 'public' ? 'private' : 'public';
  try {
    await show(await ask(shown.links.self, { method: 'PATCH', body: JSON.stringify({ visibility }) }));
  } catch (failure) {
    report(failure.message, true);
  }
  reload();
});
element('delete').addEventListener('click', async () => {
  if (!shown || !confirm('Delete this image for good?')) return;
  try {
    await ask(shown.links.self, { method: 'DELETE' });
  } catch (failure) {
    report(failure.message, true);
  }
  viewer.close();
  reload();
});
addEventListener('dragover', event => { event.preventDefault(); document.body.classList.add('dropping'); });
addEventListener('dragleave', event => { if (!event.relatedTarget) document.body.classList.remove('dropping'); });
addEventListener('drop', event => {
  event.preventDefault();
  document.body.classList.remove('dropping');
  if (event.dataTransfer.files.length) upload([...event.dataTransfer.files]);
});
begin(reload).catch(failure => report(failure.message, true));
