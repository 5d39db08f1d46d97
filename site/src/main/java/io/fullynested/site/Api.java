package io.fullynested.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Pages of javadoc, by the plain names of types: those that only one type has. */
record Api(boolean there, Map<String, Path> types) {

    static Api of(Path folder) throws IOException {
        Map<String, Path> types = new HashMap<>();
        Set<String> twice = new HashSet<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(file -> file.getFileName().toString().matches("[A-Z]\\w*\\.html") && !file.toString().contains("class-use")).forEach(file -> {
                    String name = file.getFileName().toString().replace(".html", "");
                    if (types.put(name, Path.of("api").resolve(folder.relativize(file))) != null) {
                        twice.add(name);
                    }
                });
            }
        }
        types.keySet().removeAll(twice);
        return new Api(Files.exists(folder.resolve("index.html")), types);
    }
}
