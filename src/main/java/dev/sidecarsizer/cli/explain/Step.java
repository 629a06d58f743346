package dev.sidecarsizer.cli.explain;

/**
 * What one rule said.
 *
 * @param rule its word
 * @param told whether it had its way
 * @param says with its numbers
 */
record Step(String rule, boolean told, String says) {}
