package io.fullynested.cli;

import io.fullynested.CBundle;
import io.fullynested.CExport;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.c.CSource;
import io.fullynested.core.integer.NoIntegerFormException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A submodel, or a family of them, exported as a pair of C files. */
final class CForm {

    private static final String ENDING = ".c";

    private final TrainedSupernet net;
    private final SubmodelSpec selection;
    private final PrintWriter text;

    CForm(TrainedSupernet net, SubmodelSpec selection, PrintWriter text) {
        this.net = net;
        this.selection = selection;
        this.text = text;
    }

    /** Whether a format is this one. */
    static boolean isMeant(String format) {
        return CExport.ID.equalsIgnoreCase(format);
    }

    /**
     * The header beside a file.
     *
     * @throws BadInputException if the file has another ending
     */
    static Path header(Path file) {
        String name = file.getFileName().toString();
        if (!name.endsWith(ENDING) || name.length() == ENDING.length()) {
            throw new BadInputException("--out " + file + ": the C form is a pair of files, of which one ends in .c, the other in .h. Maybe --out "
                    + file.resolveSibling(name.replaceFirst("(?<=.)\\.[^.]*$", "") + ENDING) + "?");
        }
        return file.resolveSibling(name.substring(0, name.length() - 1) + "h");
    }

    /** Writes the pair. */
    void write(Path file, boolean verify) throws IOException {
        CExport export = made(file, verify);
        export.write(file);
        CSource source = export.source();
        text.println(Console.text("%s, %s: %s, %,d bytes of flash, %,d of them constants, %,d bytes of memory, %s", file, header(file).getFileName(), CExport.ID,
                source.bytes(), source.constants(), source.arena(), Pipeline.costs(export.costs(), net.network().costs().units())));
        String score = export.scores().containsKey("test")
                ? Console.text("test %s %.2f %%, ", net.network().metric(), 100 * export.scores().get("test").score()) : "";
        if (verify) {
            text.println(score + export.parity().map(parity -> Console.text("compiled and run here, it agrees on %.2f %% of %d answers",
                    100 * parity.agreement(), parity.answers())).orElse("not run, as there is no C compiler here"));
        }
        net.caveats(selection).forEach((cost, caveat) -> text.println("note: " + cost + ": " + caveat));
        export.source().notes().forEach(note -> text.println("note: " + note));
    }

    /** Writes a family. */
    static void bundle(TrainedSupernet net, Map<String, SubmodelSpec> members, Path file, PrintWriter text) throws IOException {
        CBundle bundle;
        try {
            bundle = CBundle.of(net, members, file);
        } catch (NoIntegerFormException e) {
            throw new BadInputException("--format " + CExport.ID + ": " + String.join("\n", e.refused()));
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--format " + CExport.ID + ": " + e.getMessage());
        }
        bundle.write(file);
        CSource source = bundle.family().source();
        text.println(Console.text("%s, %s: %,d members, %,d bytes of flash, %,d of them constants, %,d bytes of memory", file, header(file).getFileName(),
                members.size(), source.bytes(), source.constants(), source.arena()));
        List<String> names = List.copyOf(members.keySet());
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            String score = bundle.scores().get(name).containsKey("test")
                    ? Console.text("test %s %.2f %%, ", net.network().metric(), 100 * bundle.scores().get(name).get("test").score()) : "";
            String run = bundle.parity().containsKey(name) ? Console.text("agrees on %.2f %% of %d answers", 100 * bundle.parity().get(name).agreement(),
                    bundle.parity().get(name).answers()) : "not run, as there is no C compiler here";
            text.println(Console.text("%-12s %,d MACs, %s%s", name, bundle.family().members().get(i).macs(), score, run));
        }
        source.notes().forEach(note -> text.println("note: " + note));
    }

    private CExport made(Path file, boolean verify) throws IOException {
        try {
            return CExport.of(net, selection, file, verify);
        } catch (NoIntegerFormException e) {
            throw new BadInputException("--format " + CExport.ID + ": " + String.join("\n", e.refused()));
        }
    }

    /** Tells what would become of it. */
    int explain() throws IOException {
        text.println(CExport.ID + ": it was asked for; computed in integers alone, or not at all");
        try {
            CSource source = CExport.of(net, selection, Path.of("net" + ENDING), false).source();
            source.integers().forEach(step -> text.println("in integers: " + step));
            text.println("refused: nothing");
            text.println(Console.text("flash: %,d bytes, %,d of them constants", source.bytes(), source.constants()));
            text.println(Console.text("memory: %,d bytes, and less than 1 KiB of stack", source.arena()));
        } catch (NoIntegerFormException e) {
            e.refused().forEach(refused -> text.println("refused: " + refused));
        }
        return 0;
    }
}
