import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;

/**
 * Holds a folder laid out as a Maven repository against the rules by which Maven Central takes files, as far as they can be looked at without it:
 * what poms, or their parents there, must say, which files must be beside them, sums and signatures, and nothing that is a snapshot.
 * Usage: java CentralCheck.java FOLDER [--signed]
 */
public final class CentralCheck {

    private static final List<String> SAID = List.of("name", "description", "url", "licenses/license/name", "licenses/license/url",
            "developers/developer/name", "scm/connection", "scm/developerConnection", "scm/url");

    private final Path folder;
    private final boolean signed;
    private final XPath xpath = XPathFactory.newInstance().newXPath();
    private final List<String> faults = new ArrayList<>();

    private CentralCheck(Path folder, boolean signed) {
        this.folder = folder;
        this.signed = signed;
    }

    public static void main(String[] args) throws Exception {
        CentralCheck check = new CentralCheck(Path.of(args[0]), List.of(args).contains("--signed"));
        List<Path> poms;
        try (Stream<Path> files = Files.walk(check.folder)) {
            poms = files.filter(file -> file.toString().endsWith(".pom")).sorted().toList();
        }
        for (Path pom : poms) {
            check.artifact(pom);
        }
        check.bom();
        check.faults.forEach(System.err::println);
        System.out.println((check.faults.isEmpty() ? "ok: " : "FAILED: ") + poms.size() + " artifacts, " + check.faults.size() + " faults");
        System.exit(check.faults.isEmpty() && !poms.isEmpty() ? 0 : 1);
    }

    private void artifact(Path file) throws Exception {
        Document pom = parsed(file);
        for (String what : SAID) {
            String text = said(pom, what);
            if (text.isEmpty() || text.contains("${") || text.contains(".invalid")) {
                faults.add(file.getFileName() + ": " + what + " is '" + text + "'");
            }
        }
        Path version = file.getParent();
        String name = version.getParent().getFileName() + "-" + version.getFileName();
        if (!file.getFileName().toString().equals(name + ".pom") || !said(pom, "version").equals(version.getFileName().toString())) {
            faults.add(file + " is not named as the artifact that it is of");
        }
        if (Files.readString(file).contains("-SNAPSHOT")) {
            faults.add(file.getFileName() + " speaks of a snapshot");
        }
        if (!text(pom, "packaging").equals("pom")) {
            for (String kind : List.of("", "-sources", "-javadoc")) {
                jar(version.resolve(name + kind + ".jar"));
            }
        }
        try (Stream<Path> files = Files.list(version)) {
            for (Path delivered : files.filter(path -> !path.toString().matches(".*\\.(md5|sha1|sha256|sha512|asc)")).toList()) {
                sums(delivered);
            }
        }
    }

    private void jar(Path file) throws IOException {
        if (!Files.exists(file)) {
            faults.add(file.getFileName() + " is missing");
            return;
        }
        try (JarFile jar = new JarFile(file.toFile())) {
            if (jar.stream().noneMatch(entry -> entry.getName().matches(".*\\.(class|java|html)"))) {
                faults.add(file.getFileName() + " is empty");
            }
        }
    }

    private void sums(Path file) throws Exception {
        for (String[] sum : new String[][] {{"md5", "MD5"}, {"sha1", "SHA-1"}}) {
            Path beside = Path.of(file + "." + sum[0]);
            String right = HexFormat.of().formatHex(MessageDigest.getInstance(sum[1]).digest(Files.readAllBytes(file)));
            if (!Files.exists(beside) || !Files.readString(beside).strip().equals(right)) {
                faults.add(beside.getFileName() + " is missing or wrong");
            }
        }
        if (signed && !Files.exists(Path.of(file + ".asc"))) {
            faults.add(file.getFileName() + " is not signed");
        }
    }

    /** The BOM names all that is published as a jar, and nothing else. */
    private void bom() throws Exception {
        TreeSet<String> published = new TreeSet<>();
        TreeSet<String> named = new TreeSet<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".pom")).toList()) {
                Document pom = parsed(file);
                if (!text(pom, "packaging").equals("pom")) {
                    published.add(text(pom, "artifactId"));
                } else if (text(pom, "artifactId").endsWith("-bom")) {
                    Stream.of(all(pom, "dependencyManagement/dependencies/dependency/artifactId")).forEach(named::add);
                }
            }
        }
        if (!published.equals(named)) {
            faults.add("the BOM names " + named + ", and published are " + published);
        }
    }

    /** What a pom says, or its parent beside it, or that one's. */
    private String said(Document pom, String what) throws Exception {
        String text = text(pom, what);
        if (!text.isEmpty() || text(pom, "parent/artifactId").isEmpty()) {
            return text;
        }
        String artifact = text(pom, "parent/artifactId");
        String version = text(pom, "parent/version");
        Optional<Path> parent = Optional.of(folder.resolve(text(pom, "parent/groupId").replace('.', '/')).resolve(artifact).resolve(version)
                .resolve(artifact + "-" + version + ".pom")).filter(Files::exists);
        if (parent.isEmpty()) {
            faults.add(text(pom, "artifactId") + ": its parent " + artifact + " " + version + " is missing");
            return "";
        }
        return said(parsed(parent.get()), what);
    }

    private String text(Document pom, String what) throws XPathExpressionException {
        return xpath.evaluate("/project/" + what, pom).strip();
    }

    private String[] all(Document pom, String what) throws XPathExpressionException {
        var nodes = (org.w3c.dom.NodeList) xpath.evaluate("/project/" + what, pom, javax.xml.xpath.XPathConstants.NODESET);
        String[] texts = new String[nodes.getLength()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = nodes.item(i).getTextContent().strip();
        }
        return texts;
    }

    private static Document parsed(Path pom) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile());
    }
}
