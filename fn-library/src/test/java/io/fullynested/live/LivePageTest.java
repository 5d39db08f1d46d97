package io.fullynested.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.training.TrainingListener;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LivePageTest {

    private static final Path QUICKSTART = Path.of("../examples/quickstart.yaml");
    /** A hundredth of a step of 5 ms, which is a fast one. */
    private static final double MOST_NANOS = 50_000;

    private static String events(HttpClient client, URI address, int from) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(address.resolve("events?from=" + from)).build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    @Test
    void aStepIsToldInNoTimeAndTheListenerBehindHearsAll() throws IOException, InterruptedException {
        AtomicInteger heard = new AtomicInteger();
        TrainingListener next = new TrainingListener() {
            @Override
            public void step(Progress at) {
                heard.incrementAndGet();
            }

            @Override
            public boolean cancelled() {
                return heard.get() >= 200_000;
            }
        };
        HttpClient client = HttpClient.newHttpClient();
        try (FullyNested fn = FullyNested.open(QUICKSTART, Settings.standard()); LivePage page = new LivePage(0, "all")) {
            TrainingListener listener = page.training("one", fn, next);
            long start = System.nanoTime();
            for (int step = 1; !listener.cancelled(); step++) {
                listener.step(new TrainingListener.Progress(step, 400_000, 1, 2, 1.5, .25, 1, 300, .1));
            }
            double nanos = (System.nanoTime() - start) / 200_000.0;
            assertThat(nanos).isLessThan(MOST_NANOS);
            assertThat(events(client, page.address(), 0)).isEqualTo("{\"now\":{\"work\":\"training\",\"done\":0.5,\"message\":\"epoch 1 of 2, 300 images/s\","
                    + "\"epoch\":1.0,\"values\":{\"loss\":1.5,\"accuracy\":0.25,\"learning rate\":0.1}},\"next\":2,\"events\":["
                    + "{\"kind\":\"open\",\"name\":\"all\"},{\"kind\":\"training\",\"name\":\"one\"}]}");
        }
    }
}
