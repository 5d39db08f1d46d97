package io.fullynested.cli;

import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Target;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Data of several choices of values for one description: those that are the same are opened once, as long as there is memory for them. */
final class SharedData implements AutoCloseable {

    private final Map<Key, Shared> opened = new LinkedHashMap<>();

    private record Key(DataSource source, Target.Kind wanted) {
    }

    /** Stays open, as the classes of a plugin's data come from it. */
    private static final class Shared implements DataSource {

        private final FullyNested owner;
        private final DataSource source;
        private SoftReference<Splits> splits = new SoftReference<>(null);

        Shared(FullyNested owner, DataSource source) {
            this.owner = owner;
            this.source = source;
        }

        @Override
        public Splits open(Path base) throws IOException {
            return source.open(base);
        }

        @Override
        public Splits open(Path base, Target.Kind wanted) throws IOException {
            Splits there = splits.get();
            if (there == null) {
                there = source.open(base, wanted);
                splits = new SoftReference<>(there);
            }
            return there;
        }
    }

    /** Opens the description; its data are those of an earlier choice if they are the same. */
    FullyNested open(Path spec, Settings settings) throws IOException {
        FullyNested own = FullyNested.open(spec, settings);
        Key key = new Key(settings.data().orElse(own.spec().data()), own.spec().task().target());
        Shared shared = opened.get(key);
        if (shared == null) {
            shared = new Shared(own, key.source());
            opened.put(key, shared);
        } else {
            own.close();
        }
        return FullyNested.open(spec, settings.withData(shared));
    }

    @Override
    public void close() {
        opened.values().forEach(shared -> shared.owner.close());
    }
}
