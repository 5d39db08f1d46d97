/** Everything a Fully Nested plugin may see: blocks, ordered dropout, cost models, search, quantisers, data and tasks. */
module io.fullynested.api {
    exports io.fullynested.api.nesting;
    exports io.fullynested.api.graph;
    exports io.fullynested.api.block;
    exports io.fullynested.api.cost;
    exports io.fullynested.api.search;
    exports io.fullynested.api.quantize;
    exports io.fullynested.api.plugin;
    exports io.fullynested.api.data;
    exports io.fullynested.api.task;
}
