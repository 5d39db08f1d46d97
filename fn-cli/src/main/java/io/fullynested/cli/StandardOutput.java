package io.fullynested.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;

/** What is told on the terminal or into a file, of which Java forgets that it could not be written. */
final class StandardOutput {

    private StandardOutput() {
    }

    /**
     * The exit code of a command that told something.
     *
     * @param code of the command itself
     * @param told what it was told to
     * @param err  is told if that was lost for want of space, say; not if nobody wants it any more, as behind {@code | head}
     */
    static int checked(int code, PrintStream told, PrintWriter err) {
        return told.checkError() ? lost(code, new FileOutputStream(FileDescriptor.out), err) : code;
    }

    /** Only another try says why. */
    static int lost(int code, OutputStream out, PrintWriter err) {
        try {
            out.write('\n');
            out.flush();
            return code;
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            if (why.contains("pipe") || why.contains("Bad file descriptor")) {
                return code;
            }
            err.println("What the command tells could not be written: " + why + ". Its files are whole");
            return code == 0 ? Failure.FAILED : code;
        }
    }
}
