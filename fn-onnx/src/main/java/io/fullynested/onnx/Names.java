package io.fullynested.onnx;

import java.util.Set;

/** What is said of the nodes and values of a file that is not needed to compute it. */
public enum Names {
    /** Values have names of a letter or two, nodes have none, and shapes are left to the runtime to infer. */
    SHORT {
        @Override
        String unique(String wanted, Set<String> taken, int given) {
            int number = given;
            String name = letters(number);
            while (taken.contains(name)) {
                name = letters(++number);
            }
            return name;
        }
    },
    /** Nodes and values are named as those of the graph, {@code stage1/unit2/open}, and the type and shape of every value are told. */
    LONG {
        @Override
        String unique(String wanted, Set<String> taken, int given) {
            String name = wanted;
            for (int i = 2; taken.contains(name); i++) {
                name = wanted + "_" + i;
            }
            return name;
        }
    };

    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /**
     * A name that nothing has yet.
     *
     * @param wanted what a person would call it
     * @param taken  the names that are taken
     * @param given  how many this has given before
     */
    abstract String unique(String wanted, Set<String> taken, int given);

    /** {@code a}, {@code b}, … {@code Z}, {@code aa}, {@code ba}, … */
    private static String letters(int number) {
        StringBuilder name = new StringBuilder();
        for (int left = number; left >= 0; left = left / LETTERS.length() - 1) {
            name.append(LETTERS.charAt(left % LETTERS.length()));
        }
        return name.toString();
    }
}
