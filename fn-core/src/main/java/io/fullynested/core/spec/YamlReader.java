package io.fullynested.core.spec;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.fullynested.core.spec.YamlNode.Place;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Reads YAML into a tree that remembers where everything stands. */
final class YamlReader {

    private static final YAMLFactory YAML = new YAMLFactory();

    private final YAMLParser parser;
    private final List<Problem> problems;
    /** Where defaults, which stand in no file, are said to be; null for a file. */
    private final Place fixed;

    private YamlReader(YAMLParser parser, List<Problem> problems, Place fixed) {
        this.parser = parser;
        this.problems = problems;
        this.fixed = fixed;
    }

    /** The tree of a file; empty if it is no YAML, or nothing at all, which is then a problem. */
    static Optional<YamlNode> read(String text, List<Problem> problems) {
        return read(text, problems, null, new Place("", 1, 1));
    }

    /** The tree of a default value, all of it at one place. */
    static Optional<YamlNode> readDefault(String text, List<Problem> problems, Place place) {
        return read(text, problems, place, place);
    }

    private static Optional<YamlNode> read(String text, List<Problem> problems, Place fixed, Place root) {
        try (YAMLParser parser = YAML.createParser(text)) {
            YamlReader reader = new YamlReader(parser, problems, fixed);
            if (parser.nextToken() == null) {
                problems.add(Problem.at(root, "there is nothing in it"));
                return Optional.empty();
            }
            YamlNode node = reader.node(root);
            if (parser.nextToken() != null) {
                problems.add(Problem.at(reader.here(new Place("", 1, 1)), "a second document starts here; only one is read"));
            }
            return Optional.of(node);
        } catch (JsonProcessingException e) {
            problems.add(notYaml(e));
        } catch (IOException | RuntimeException e) {
            problems.add(Problem.at(root, "not YAML that can be read here: " + e.getMessage()));
        } catch (StackOverflowError e) {
            problems.add(Problem.at(root, "not YAML that can be read here: it is nested too deep"));
        }
        return Optional.empty();
    }

    private YamlNode node(Place place) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping(place);
            case START_ARRAY -> sequence(place);
            default -> scalar(place);
        };
    }

    private YamlNode mapping(Place place) throws IOException {
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            Place own = here(place.key(key));
            parser.nextToken();
            YamlNode value = node(own);
            YamlNode first = entries.putIfAbsent(key, value);
            if (first != null) {
                problems.add(Problem.at(own, "the key stands twice, first on line " + first.place().line()));
            }
        }
        return new YamlNode.Mapping(place, entries);
    }

    private YamlNode sequence(Place place) throws IOException {
        List<YamlNode> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(here(place.item(items.size()))));
        }
        return new YamlNode.Sequence(place, items);
    }

    private YamlNode scalar(Place place) throws IOException {
        if (parser.isCurrentAlias()) {
            problems.add(Problem.at(place, "aliases are not read; write out what *" + parser.getText() + " stands for"));
        }
        return new YamlNode.Scalar(place, parser.getText(), parser.currentToken() == JsonToken.VALUE_NULL);
    }

    private Place here(Place place) {
        JsonLocation location = parser.currentTokenLocation();
        return fixed != null ? place : place.at(location.getLineNr(), location.getColumnNr());
    }

    private static Problem notYaml(JsonProcessingException error) {
        if (error.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
            Place place = new Place("", marked.getProblemMark().getLine() + 1, marked.getProblemMark().getColumn() + 1);
            return Problem.at(place, "not YAML: " + plain(marked.getProblem()));
        }
        JsonLocation location = error.getLocation();
        Place place = location == null ? new Place("", 0, 0) : new Place("", location.getLineNr(), location.getColumnNr());
        return Problem.at(place, "not YAML that can be read here: only single words may be keys");
    }

    private static String plain(String problem) {
        if (problem.contains("(TAB)")) {
            return "a tab indents this line. Maybe spaces?";
        }
        if (problem.startsWith("mapping values are not allowed")) {
            return "there must be no ':' here. Maybe the indentation is wrong, or quotes are missing around a text?";
        }
        if (problem.startsWith("expected <block end>")) {
            return "the line does not fit the ones above. Maybe its indentation is wrong?";
        }
        if (problem.contains("end of stream")) {
            return "the file ends too early. Maybe a quote or a bracket is not closed?";
        }
        return problem.strip();
    }
}
