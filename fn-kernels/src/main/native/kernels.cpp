// What a network does between its convolutions, in as few passes over memory as can be; and 3×3 convolutions. Kernels.java says what each function computes.
//
// Signals are rows of channels: an image laid out channels last is one row for each pixel. Narrow rows are taken several at a time, so that vectors fill.
// Sums are taken over blocks of rows whose limits depend on the shape only, and added up in their order in double precision: threads do not show.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <numeric>
#include <vector>

#define INLINE static inline __attribute__((always_inline))
#define INLINED __attribute__((always_inline))

namespace {

constexpr int64_t WIDEST = 1024;     // floats of several rows taken for one
constexpr int64_t BLOCK = 1 << 14;   // floats of a block of rows
constexpr int SAMPLES = 16;          // rows that a first mean is of

enum Function { NONE, RELU, RELU6, HARD_SWISH };
enum Codes { FLOATS, CLIPPED, ROUNDED };

typedef float Floats __attribute__((vector_size(64), aligned(4), may_alias));
typedef float Vector __attribute__((vector_size(64))); // the same where it lies on its own
typedef float Four __attribute__((vector_size(16), aligned(4), may_alias));
typedef float Eight __attribute__((vector_size(32), aligned(4), may_alias));
typedef int32_t Flags __attribute__((vector_size(64), aligned(4), may_alias));
constexpr int LANES = 16;
constexpr int64_t SQUARE = 16;       // rows of kernels taken at once
constexpr int64_t STRIP = 1024;      // floats of a row of pixels that are transformed at once: six of them fit into the nearest cache

struct Rounding {
    int codes;
    float least, greatest, unit, share, last, scale;
};

struct Powers {
    double second, fourth;

    void operator+=(const Powers& other) {
        second += other.second;
        fourth += other.fourth;
    }
};

struct Blocks {
    void (*sums)(const float* x, int64_t rows, int64_t width, const float* shift, float* sum, float* squares);
    void (*apply)(int function, const float* x, float* y, int64_t rows, int64_t width, const float* factor, const float* offset, const Rounding& r);
    void (*gradientSums)(int function, const float* dy, const float* x, int64_t rows, int64_t width, const float* factor, const float* offset,
                         const float* mean, const Rounding& r, float* sum, float* products);
    void (*gradientApply)(int function, const float* dy, const float* x, float* dx, int64_t rows, int64_t width, const float* factor, const float* offset,
                          const float* slope, const float* shift, const Rounding& r);
    void (*point)(int function, const float* a, const float* b, float* y, uint8_t* passes, int64_t n, const Rounding& r);
    void (*masked)(const float* dy, const uint8_t* passes, float* dx, int64_t n);
    Powers (*powers)(int function, const float* a, const float* b, int64_t rows, int64_t width, const float* factor, const float* offset);
    void (*midRise)(const float* weights, float* values, int64_t n, float scale, int bits);
    void (*addUp)(float* sum, const float* other, int64_t n, float by);
    void (*descend)(float* values, float* momentum, const float* gradient, int64_t n, float rate, float keep, float decay);
};

// Images cut into tiles of 4×4 pixels, with a border of one pixel of nothing. A line is a row of them in one image.
struct TiledSignal {
    int64_t images, height, width, channels, down, across, block;
    std::vector<float> nothing;

    TiledSignal(int64_t n, int64_t h, int64_t w, int64_t c)
        : images(n), height(h), width(w), channels(c), down((h + 3) / 4), across((w + 3) / 4),
          block(std::min(c, std::max<int64_t>(LANES, STRIP / columns() / LANES * LANES))), nothing(w * c) {}

    int64_t tiles() const { return images * down * across; }

    // What a line of tiles sees of a row of pixels, and the floats of six such rows of `block` channels, which are taken at once.
    int64_t columns() const { return 4 * across + 2; }
    int64_t strip() const { return 6 * columns() * block; }
};

struct Winograd {
    void (*signalTiles)(const TiledSignal& s, const float* x, int64_t from, int64_t to, float* u, int64_t row, int64_t plane, float* strip);
    void (*gradientTiles)(const TiledSignal& s, const float* dy, int64_t from, int64_t to, float* u, int64_t row, int64_t plane, float* strip);
    void (*results)(const TiledSignal& s, const float* m, int64_t from, int64_t to, int64_t row, int64_t plane, float* y);
    void (*kernels)(const float* w, int64_t outputs, int64_t inputs, bool back, float* v, int64_t row, int64_t plane, int64_t from, int64_t to);
    void (*kernelGradients)(const float* v, int64_t outputs, int64_t inputs, int64_t row, int64_t plane, float* dw, int64_t from, int64_t to);
    void (*products)(const float* a, int64_t aRow, const float* b, int64_t bRow, float* c, int64_t cRow, int64_t rows, int64_t columns, int64_t depth);
    void (*outerProducts)(const float* a, int64_t aRow, const float* b, int64_t bRow, float* c, int64_t cRow, int64_t rows, int64_t columns, int64_t depth, bool more);
};

namespace any {
typedef Eight Wide;
constexpr int ROWS = 4;
#include "blocks.inc"
#include "winograd.inc"
}

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC target("arch=x86-64-v3")
namespace avx2 {
typedef Eight Wide;
constexpr int ROWS = 4;
#include "blocks.inc"
#include "winograd.inc"
}
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("arch=x86-64-v4")
namespace avx512 {
typedef Floats Wide;
constexpr int ROWS = 8;
#include "blocks.inc"
#include "winograd.inc"
}
#pragma GCC pop_options

const Blocks& chosen() {
    return __builtin_cpu_supports("x86-64-v4") ? avx512::BLOCKS : __builtin_cpu_supports("x86-64-v3") ? avx2::BLOCKS : any::BLOCKS;
}
const Winograd& chosenWinograd() {
    return __builtin_cpu_supports("x86-64-v4") ? avx512::WINOGRAD : __builtin_cpu_supports("x86-64-v3") ? avx2::WINOGRAD : any::WINOGRAD;
}
#else
const Blocks& chosen() { return any::BLOCKS; }
const Winograd& chosenWinograd() { return any::WINOGRAD; }
#endif

// ---- whole signals -------------------------------------------------------------------------------------------------------------------------------

// Rows of channels as rows of several of them, in blocks; what is left over is the last block, of narrow rows.
struct Signal {
    int64_t channels, tiles, width, wide, perBlock, blocks, rest;

    Signal(int64_t rows, int64_t c) : channels(c) {
        tiles = 2 * LANES / std::gcd(c, int64_t(2 * LANES));
        while (tiles * c < 4 * LANES) tiles *= 2;
        if (tiles * c > WIDEST) tiles = 1;
        width = tiles * c;
        wide = rows / tiles;
        rest = rows % tiles;
        perBlock = std::max<int64_t>(4, BLOCK / width);
        blocks = (wide + perBlock - 1) / perBlock;
    }

    int64_t all() const { return blocks + (rest > 0); }
    bool narrow(int64_t block) const { return block == blocks; }
    int64_t from(int64_t block) const { return std::min(wide, block * perBlock) * width; }
    int64_t rows(int64_t block) const { return narrow(block) ? rest : std::min(wide, (block + 1) * perBlock) - block * perBlock; }
    int64_t rowWidth(int64_t block) const { return narrow(block) ? channels : width; }

    // A number for each channel, side by side for the rows taken at once.
    void spread(float* values) const {
        for (int64_t t = 1; t < tiles; t++) std::copy(values, values + channels, values + t * channels);
    }

    // Adds up two sums of each block, in their order.
    void total(const float* partial, double* first, double* second) const {
        std::fill(first, first + channels, 0.);
        std::fill(second, second + channels, 0.);
        for (int64_t b = 0; b < all(); b++) {
            const float* one = partial + b * 2 * width;
            const float* two = one + width;
            for (int64_t t = 0; t < rowWidth(b); t += channels) {
                for (int64_t c = 0; c < channels; c++) {
                    first[c] += one[t + c];
                    second[c] += two[t + c];
                }
            }
        }
    }
};

} // namespace

#define JAVA(type, name) extern "C" __attribute__((visibility("default"))) type Java_io_fullynested_kernels_Kernels_##name
#define FLOATS_AT(address) reinterpret_cast<float*>(address)

JAVA(double, normalize)(void*, void*, int64_t xAt, int64_t yAt, int64_t rows, int64_t channels, int64_t gammaAt, int64_t betaAt, double epsilon,
                        int64_t meanAt, int64_t inverseAt, int32_t function, int32_t codes, float least, float greatest, float unit, float share,
                        float last, float scale, int64_t observed, int32_t threads) {
    const float *x = FLOATS_AT(xAt), *gamma = FLOATS_AT(gammaAt), *beta = FLOATS_AT(betaAt);
    float *y = FLOATS_AT(yAt), *mean = FLOATS_AT(meanAt), *inverse = FLOATS_AT(inverseAt);
    const Rounding r = {codes, least, greatest, unit, share, last, scale};
    const Blocks& blocks = chosen();
    const Signal s(rows, channels);
    std::vector<float> shift(s.width), partial(2 * s.width * s.all());
    int64_t samples = std::min<int64_t>(SAMPLES, rows);
    for (int64_t i = 0; i < samples; i++) {
        const float* row = x + i * rows / samples * channels;
        for (int64_t c = 0; c < channels; c++) shift[c] += row[c] / samples;
    }
    s.spread(shift.data());
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (int64_t b = 0; b < s.all(); b++) {
        float* own = partial.data() + b * 2 * s.width;
        blocks.sums(x + s.from(b), s.rows(b), s.rowWidth(b), shift.data(), own, own + s.width);
    }
    std::vector<double> sum(channels), squares(channels);
    s.total(partial.data(), sum.data(), squares.data());
    std::vector<float> factor(s.width), offset(s.width);
    for (int64_t c = 0; c < channels; c++) {
        double from = sum[c] / rows;
        double variance = std::max(0., squares[c] / rows - from * from);
        mean[c] = float(shift[c] + from);
        inverse[c] = float(1 / std::sqrt(variance + epsilon));
        factor[c] = gamma[c] * inverse[c];
        offset[c] = beta[c] - mean[c] * factor[c];
    }
    s.spread(factor.data());
    s.spread(offset.data());
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (int64_t b = 0; b < s.all(); b++) {
        blocks.apply(function, x + s.from(b), y + s.from(b), s.rows(b), s.rowWidth(b), factor.data(), offset.data(), r);
    }
    int64_t whole = observed / s.tiles;
    Powers seen = blocks.powers(function, x, nullptr, whole, s.width, factor.data(), offset.data());
    seen += blocks.powers(function, x + whole * s.width, nullptr, observed % s.tiles, channels, factor.data(), offset.data());
    return seen.fourth / seen.second;
}

JAVA(void, normalizeBack)(void*, void*, int64_t dyAt, int64_t xAt, int64_t dxAt, int64_t rows, int64_t channels, int64_t gammaAt, int64_t betaAt,
                          int64_t meanAt, int64_t inverseAt, int32_t function, int32_t codes, float least, float greatest, int64_t gammaGradientAt,
                          int64_t betaGradientAt, int32_t threads) {
    const float *dy = FLOATS_AT(dyAt), *x = FLOATS_AT(xAt), *gamma = FLOATS_AT(gammaAt), *beta = FLOATS_AT(betaAt);
    const float *mean = FLOATS_AT(meanAt), *inverse = FLOATS_AT(inverseAt);
    float *dx = FLOATS_AT(dxAt), *gammaGradient = FLOATS_AT(gammaGradientAt), *betaGradient = FLOATS_AT(betaGradientAt);
    const Rounding r = {codes, least, greatest, 1, 1, 0, 1};
    const Blocks& blocks = chosen();
    const Signal s(rows, channels);
    std::vector<float> factor(s.width), offset(s.width), means(s.width), slope(s.width), shift(s.width), partial(2 * s.width * s.all());
    for (int64_t c = 0; c < channels; c++) {
        factor[c] = gamma[c] * inverse[c];
        offset[c] = beta[c] - mean[c] * factor[c];
        means[c] = mean[c];
    }
    s.spread(factor.data());
    s.spread(offset.data());
    s.spread(means.data());
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (int64_t b = 0; b < s.all(); b++) {
        float* own = partial.data() + b * 2 * s.width;
        blocks.gradientSums(function, dy + s.from(b), x + s.from(b), s.rows(b), s.rowWidth(b), factor.data(), offset.data(), means.data(), r, own, own + s.width);
    }
    std::vector<double> sum(channels), products(channels);
    s.total(partial.data(), sum.data(), products.data());
    for (int64_t c = 0; c < channels; c++) {
        gammaGradient[c] = float(products[c] * inverse[c]);
        betaGradient[c] = float(sum[c]);
        double by = -double(factor[c]) * inverse[c] * inverse[c] * products[c] / rows;
        slope[c] = float(by);
        shift[c] = float(-double(factor[c]) * sum[c] / rows - by * mean[c]);
    }
    if (dx == nullptr) return;
    s.spread(slope.data());
    s.spread(shift.data());
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (int64_t b = 0; b < s.all(); b++) {
        blocks.gradientApply(function, dy + s.from(b), x + s.from(b), dx + s.from(b), s.rows(b), s.rowWidth(b), factor.data(), offset.data(), slope.data(),
                         shift.data(), r);
    }
}

JAVA(double, add)(void*, void*, int64_t aAt, int64_t bAt, int64_t yAt, int64_t passesAt, int64_t n, int32_t function, int32_t codes, float least,
                  float greatest, float unit, float share, float last, float scale, int64_t observed, int32_t threads) {
    const float *a = FLOATS_AT(aAt), *b = FLOATS_AT(bAt);
    uint8_t* passes = reinterpret_cast<uint8_t*>(passesAt);
    const Rounding r = {codes, least, greatest, unit, share, last, scale};
    const Blocks& blocks = chosen();
    Powers sum = {};
    for (int64_t i = 0; i < observed; i += BLOCK) {
        sum += blocks.powers(function, a + i, b ? b + i : nullptr, 1, std::min(observed - i, BLOCK), nullptr, nullptr);
    }
    int64_t count = (n + BLOCK - 1) / BLOCK;
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (int64_t i = 0; i < count; i++) {
        int64_t from = i * BLOCK;
        blocks.point(function, a + from, b ? b + from : nullptr, FLOATS_AT(yAt) + from, passes + from, std::min(BLOCK, n - from), r);
    }
    return sum.fourth / sum.second;
}

JAVA(void, addBack)(void*, void*, int64_t dyAt, int64_t passesAt, int64_t dxAt, int64_t n, int32_t threads) {
    const Blocks& blocks = chosen();
    int64_t count = (n + BLOCK - 1) / BLOCK;
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (int64_t i = 0; i < count; i++) {
        int64_t from = i * BLOCK;
        blocks.masked(FLOATS_AT(dyAt) + from, reinterpret_cast<uint8_t*>(passesAt) + from, FLOATS_AT(dxAt) + from, std::min(BLOCK, n - from));
    }
}

JAVA(void, weightScales)(void*, void*, int64_t weightsAt, int64_t outputs, int64_t row, double clip, int64_t scalesAt, int32_t threads) {
    constexpr int64_t TOGETHER = 8; // each sum waits for itself, so several are on their way
    const float* weights = FLOATS_AT(weightsAt);
    float* scales = FLOATS_AT(scalesAt);
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (int64_t o = 0; o < outputs; o += TOGETHER) {
        double squares[TOGETHER] = {};
        int64_t count = std::min(TOGETHER, outputs - o);
        const float* from = weights + o * row;
        if (count == TOGETHER) {
            for (int64_t i = 0; i < row; i++) {
                for (int64_t k = 0; k < TOGETHER; k++) squares[k] += double(from[k * row + i]) * from[k * row + i];
            }
        } else {
            for (int64_t k = 0; k < count; k++) {
                for (int64_t i = 0; i < row; i++) squares[k] += double(from[k * row + i]) * from[k * row + i];
            }
        }
        for (int64_t k = 0; k < count; k++) {
            scales[o + k] = float(std::max(double(1e-8f), std::min(clip * std::sqrt(squares[k] / row), double(std::numeric_limits<float>::max()))));
        }
    }
}

JAVA(void, roundWeights)(void*, void*, int64_t weightsAt, int64_t valuesAt, int64_t outputs, int64_t row, int64_t scalesAt, int32_t bits, int32_t threads) {
    const Blocks& blocks = chosen();
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (int64_t o = 0; o < outputs; o++) {
        blocks.midRise(FLOATS_AT(weightsAt) + o * row, FLOATS_AT(valuesAt) + o * row, row, FLOATS_AT(scalesAt)[o], bits);
    }
}

JAVA(void, addUp)(void*, void*, int64_t sumAt, int64_t otherAt, int64_t n, float by, int32_t threads) {
    const Blocks& blocks = chosen();
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (int64_t from = 0; from < n; from += BLOCK) blocks.addUp(FLOATS_AT(sumAt) + from, FLOATS_AT(otherAt) + from, std::min(BLOCK, n - from), by);
}

JAVA(void, descend)(void*, void*, int64_t valuesAt, int64_t momentumAt, int64_t gradientAt, int64_t n, int64_t decayed, float rate, float keep, float decay, int32_t threads) {
    const Blocks& blocks = chosen();
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (int64_t from = 0; from < n; from += BLOCK) {
        const int64_t to = std::min(n, from + BLOCK), limit = std::max(from, std::min(decayed, to));
        blocks.descend(FLOATS_AT(valuesAt) + from, FLOATS_AT(momentumAt) + from, FLOATS_AT(gradientAt) + from, limit - from, rate, keep, decay);
        blocks.descend(FLOATS_AT(valuesAt) + limit, FLOATS_AT(momentumAt) + limit, FLOATS_AT(gradientAt) + limit, to - limit, rate, keep, 0);
    }
}

#include "convolutions.inc"
