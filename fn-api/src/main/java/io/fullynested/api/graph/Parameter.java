package io.fullynested.api.graph;

/**
 * A parameter of an operator.
 *
 * @param role  what the operator has it for
 * @param slice the part of a master tensor that it is
 */
public record Parameter(ParameterRole role, ParameterSlice slice) {
}
