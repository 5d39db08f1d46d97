/* A window of kernel x kernel taps that slides over the rows and columns that come in, with zeros around them. */
struct window {
    uint16_t in_rows, in_columns, rows, columns;
    uint8_t kernel, stride, padding, dilation;
};
