import io.fullynested.kernels.Kernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Compiles kernels.cpp for this machine, if there is a compiler of C++: {@code java -cp CLASSES CompileKernels.java SOURCE FOLDER}. Without one, or with one that
 * cannot, it says so and leaves the build as it is: LibTorch's own operations do the same in more steps. The environment's CXX comes first; {@code none} for none.
 */
public final class CompileKernels {

    private CompileKernels() {
    }

    public static void main(String[] args) throws Exception {
        Path source = Path.of(args[0]);
        Path library = Path.of(args[1]).resolve(Kernels.library());
        String wanted = System.getenv("CXX");
        Optional<String> compiler = (wanted != null ? Stream.of(wanted) : Stream.of("g++", "c++", "clang++")).filter(CompileKernels::isThere).findFirst();
        if (compiler.isEmpty()) {
            Files.deleteIfExists(library);
            System.out.println("[INFO] No compiler of C++ (g++, c++, clang++): training will use LibTorch's operations alone");
            return;
        }
        if (Files.exists(library)) {
            try (Stream<Path> sources = Files.list(source.toAbsolutePath().getParent())) {
                if (sources.allMatch(file -> file.toFile().lastModified() < library.toFile().lastModified())) {
                    return;
                }
            }
        }
        Files.createDirectories(library.getParent());
        // without OpenMP, as Apple's compiler is, they take one thread
        Optional<String> refused = compile(compiler.get(), source, library, List.of("-fopenmp"));
        if (refused.isPresent()) {
            refused = compile(compiler.get(), source, library, List.of());
        }
        refused.ifPresent(why -> System.out.println("[INFO] " + compiler.get() + " does not compile the kernels, so training will use LibTorch's operations alone: " + why));
    }

    /** What the compiler says first if it cannot. */
    private static Optional<String> compile(String compiler, Path source, Path library, List<String> more) throws IOException, InterruptedException {
        Path part = library.resolveSibling(library.getFileName() + ".part");
        List<String> command = new ArrayList<>(List.of(compiler, "-std=c++17", "-O3", "-fPIC", "-shared", "-fvisibility=hidden", "-fno-math-errno", "-fno-trapping-math",
                "-Wno-psabi", "-s", source.toString(), "-o", part.toString()));
        command.addAll(more);
        Path said = Files.createTempFile("compiler", ".txt");
        try {
            int code = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start().waitFor();
            if (code == 0) {
                Files.move(part, library, StandardCopyOption.REPLACE_EXISTING);
                return Optional.empty();
            }
            Files.deleteIfExists(library);
            return Optional.of(Files.readString(said).lines().findFirst().orElse("code " + code));
        } finally {
            Files.delete(said);
        }
    }

    private static boolean isThere(String program) {
        try {
            return new ProcessBuilder(program, "--version").redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
