package io.fullynested.fidelity;

import io.fullynested.api.nesting.SubmodelSpec;

/**
 * A submodel that a table looks at.
 *
 * @param level what is nested: a level, or {@code full}, {@code tied} and {@code independent} in the joint table
 * @param spec  what is kept of every axis
 */
record Selection(String level, SubmodelSpec spec) {
}
