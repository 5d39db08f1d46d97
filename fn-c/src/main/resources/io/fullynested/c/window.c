/* A window that slides down rows and across columns that come in, with zeros around them. */
struct window {
    uint16_t in_rows, in_columns, rows, columns;
    uint8_t kernel_down, kernel_across, stride_down, stride_across, padding_down, padding_across, dilation_down, dilation_across;
};
