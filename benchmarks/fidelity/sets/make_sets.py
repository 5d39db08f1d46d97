"""Writes the data sets of the table `default`: glyphs of Debian's fonts, shapes as a user might bring them, digits and wine of scikit-learn.

usage: make_sets.py DIR      (needs numpy, pillow and scikit-learn; apt-get for the fonts, of which nothing is installed)

The same bytes every time, given the same versions of the fonts and of these libraries. Glyphs are 62 letters and digits, 32x32, one channel: each font's
packages are in the training set or in the test set, never in both. Shapes are written by make_shapes.py beside this file.
"""
import glob, os, subprocess, sys, tempfile
import numpy as np
from PIL import Image, ImageDraw, ImageFont

LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
SIDE = 32
TRAIN = ['fonts-dejavu-core', 'fonts-liberation', 'fonts-freefont-ttf', 'fonts-lato', 'fonts-cantarell', 'fonts-crosextra-carlito', 'fonts-crosextra-caladea',
         'fonts-adf-accanthis', 'fonts-adf-baskervald', 'fonts-adf-berenis', 'fonts-adf-gillius', 'fonts-adf-libris', 'fonts-adf-romande', 'fonts-adf-universalis',
         'fonts-averia-sans-gwf', 'fonts-averia-serif-gwf', 'fonts-cabin', 'fonts-vollkorn', 'fonts-urw-base35', 'fonts-inconsolata', 'fonts-hack-ttf', 'fonts-jura',
         'fonts-prociono', 'fonts-play', 'fonts-lobster', 'fonts-dustin', 'fonts-georgewilliams', 'fonts-essays1743', 'fonts-linuxlibertine', 'fonts-comic-neue',
         'fonts-gfs-didot', 'fonts-mononoki', 'fonts-sil-charis', 'fonts-quicksand']
TEST = ['fonts-open-sans', 'fonts-texgyre', 'fonts-comfortaa', 'fonts-quattrocento', 'fonts-oldstandard', 'fonts-lindenhill', 'fonts-anonymous-pro', 'fonts-tuffy',
        'fonts-dosis', 'fonts-lobstertwo', 'fonts-adf-tribun', 'fonts-adf-verana', 'fonts-sil-gentium-basic', 'fonts-courier-prime', 'fonts-karla']


def fonts(packages, folder):
    """Files of the fonts of some packages, in order."""
    files = []
    for package in packages:
        there = os.path.join(folder, package)
        subprocess.run(['apt-get', 'download', '-qq', package], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(['dpkg', '-x', glob.glob(os.path.join(folder, package + '_*.deb'))[0], there], check=True)
        named = (os.path.join(at, name) for at, _, names in os.walk(there) for name in names if name.endswith(('.ttf', '.otf')))
        files += [name for name in sorted(named) if not os.path.islink(name)]
    return files


def glyph(font, letter):
    """A letter in the middle of its picture, white on black; None if the font has none of its own."""
    left, top, right, bottom = font.getbbox(letter)
    if right - left < 1 or bottom - top < 1:
        return None
    picture = Image.new('L', (SIDE, SIDE))
    ImageDraw.Draw(picture).text(((SIDE - right - left) / 2, (SIDE - bottom - top) / 2), letter, fill=255, font=font)
    return np.asarray(picture)


def drawn(files):
    images, labels = [], []
    for name in files:
        try:
            font = ImageFont.truetype(name, 26)
            pictures = [glyph(font, letter) for letter in LETTERS]
        except OSError:
            continue
        # symbols, and capitals in the place of small letters, are no alphabet
        if any(p is None for p in pictures) or len({p.tobytes() for p in pictures}) < len(LETTERS):
            continue
        images += pictures
        labels += range(len(LETTERS))
    return np.stack(images)[:, None], np.array(labels)


def glyphs(out):
    with tempfile.TemporaryDirectory() as folder:
        train, test = drawn(fonts(TRAIN, folder)), drawn(fonts(TEST, folder))
    # fonts stand side by side; what is held out is drawn by the program
    np.savez_compressed(os.path.join(out, 'glyphs.npz'), x_train=train[0], y_train=train[1], x_test=test[0], y_test=test[1])
    print('glyphs: %d fonts to train on, %d to test on' % (len(train[0]) // len(LETTERS), len(test[0]) // len(LETTERS)))


def digits(out):
    from sklearn.datasets import load_digits
    x, y = load_digits(return_X_y=True)
    x = (x.reshape(-1, 1, 8, 8) / 16).astype(np.float32)
    order = np.random.default_rng(1).permutation(len(x))
    test, train = order[:450], order[450:]
    np.savez_compressed(os.path.join(out, 'digits.npz'), x_train=x[train], y_train=y[train], x_test=x[test], y_test=y[test])


def wine(out):
    from sklearn.datasets import load_wine
    table = load_wine()
    with open(os.path.join(out, 'wine.csv'), 'w') as file:
        file.write(','.join(name.replace('/', '_') for name in table.feature_names) + ',cultivar\n')
        for row, label in zip(table.data, table.target):
            file.write(','.join('%g' % value for value in row) + ',%s\n' % table.target_names[label])


if __name__ == '__main__':
    os.makedirs(sys.argv[1], exist_ok=True)
    digits(sys.argv[1])
    wine(sys.argv[1])
    subprocess.run([sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'make_shapes.py'), os.path.join(sys.argv[1], 'shapes')], check=True)
    glyphs(sys.argv[1])
