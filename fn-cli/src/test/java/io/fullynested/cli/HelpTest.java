package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.onnx.Format;
import io.fullynested.onnx.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the help texts list is what there is. */
class HelpTest {

    private static String help(String command, String option) {
        return String.join(" ", Main.commands().getSubcommands().get(command).getCommandSpec().findOption(option).description());
    }

    @Test
    void exportNamesEveryFormatAndTarget() {
        assertThat(help("export", "--format")).contains(Arrays.stream(Format.values()).map(Format::id).toList()).contains("auto", "all");
        List<String> targets = Arrays.stream(Target.values()).map(target -> target.name().toLowerCase(Locale.ROOT)).toList();
        assertThat(help("export", "--target")).contains(targets);
    }

    @Test
    void theFirstStepsNameEveryCommand() throws IOException {
        Set<String> commands = new TreeSet<>(Main.commands().getSubcommands().keySet());
        commands.remove("help");
        String list = Files.readString(DocumentsTest.ROOT.resolve("docs/start.md")).replaceFirst("(?s).*lists the commands:", "").replaceFirst("(?s)\\.\n.*", "");
        Matcher named = Pattern.compile("`([a-z-]+)`").matcher(list);
        assertThat(named.results().map(one -> one.group(1))).containsExactlyInAnyOrderElementsOf(commands);
    }
}
