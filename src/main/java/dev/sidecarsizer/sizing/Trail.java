package dev.sidecarsizer.sizing;

import java.util.function.Supplier;

/** Takes down what each rule said, in the order of the rules, where somebody asks why. The decision is the same without. */
@FunctionalInterface
public interface Trail {

    /** Nobody asks: nothing is put into words. */
    Trail NONE = (rule, told, says) -> {};

    /**
     * Takes down one rule's word.
     *
     * @param rule the word of a {@link Decision.Origin}, a {@link Decision.Bound}, or {@link Decision.Reason#ROLLOUT_STEP}
     * @param told whether the rule had its way: it spoke for the number, bent it, or had the pod kept
     * @param says with the numbers that the rule used
     */
    void note(Enum<?> rule, boolean told, Supplier<String> says);
}
