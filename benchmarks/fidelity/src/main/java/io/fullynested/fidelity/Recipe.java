package io.fullynested.fidelity;

import java.util.List;

/**
 * A way to come to the networks of a table. Those of peers come here: one that differs by options of training alone is a
 * {@link Supernets} with a file of its own.
 */
interface Recipe {

    /** As on the command line and in the results. */
    String name();

    /** The trainings of one seed, each with what is measured of it; the same whenever it is asked. */
    List<Piece> pieces(Setting setting);
}
