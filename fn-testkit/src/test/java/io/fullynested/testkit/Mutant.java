package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import org.junit.jupiter.api.function.Executable;

/**
 * Something broken, which one check of a contract must catch.
 *
 * @param type     the contract
 * @param check    the name of the check
 * @param defect   how it is broken, in a few words
 * @param contract the contract of what is broken
 * @param right    the contract of the same, unbroken
 * @param message  part of what the check says of it
 * @param <C>      the contract
 */
record Mutant<C>(Class<C> type, String check, String defect, C contract, C right, String message) {

    /** What is broken is caught, and what is right is not. */
    void caught() {
        assertThatThrownBy(() -> run(contract).execute()).as(toString()).isInstanceOf(AssertionError.class).hasMessageContaining(message);
        assertThatCode(() -> run(right).execute()).as("%s, unbroken", this).doesNotThrowAnyException();
    }

    private Executable run(C tried) {
        return () -> check(type, check, tried);
    }

    /** Makes one check of a contract. */
    static <C> void check(Class<C> type, String check, C tried) throws Throwable {
        try {
            type.getDeclaredMethod(check).invoke(tried);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public String toString() {
        return type.getSimpleName() + "." + check + ": " + defect;
    }
}
