/** Reads nested bundles. Needs nothing but the base of Java, so that a device can carry it. */
module io.fullynested.bundle {
    exports io.fullynested.bundle;
}
