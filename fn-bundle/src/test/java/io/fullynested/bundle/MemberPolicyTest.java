package io.fullynested.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.bundle.MemberPolicy.Band;
import io.fullynested.bundle.MemberPolicy.Rules;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemberPolicyTest {

    private static final int MEMBERS = 10;
    private static final List<Member> CURVE = IntStream.rangeClosed(1, MEMBERS).mapToObj(i -> new Member("m" + i, 1000,
            Map.of("fullynested.cost.macs", String.valueOf(100_000 * i), "fullynested.accuracy.validation", String.valueOf(.5 + .04 * i)))).toList();

    /** A machine that takes some time for each run and for each multiply-accumulate, and is never quite the same. */
    private static final class Machine {
        private final Random random = new Random(3);
        private double slowdown = 1;

        double milliseconds(Member member) {
            return slowdown * (.02 + 1e-6 * member.work().orElseThrow()) * (1 + .05 * (2 * random.nextDouble() - 1));
        }
    }

    /** What runs at each of many decisions. */
    private static List<Integer> run(MemberPolicy policy, Machine machine, int decisions, double battery, double temperature) {
        List<Integer> ran = new ArrayList<>();
        for (int i = 0; i < decisions; i++) {
            ran.add(CURVE.indexOf(policy.next(machine.milliseconds(policy.current()), battery, temperature)));
        }
        return ran;
    }

    private static long switches(List<Integer> ran) {
        return IntStream.range(1, ran.size()).filter(i -> !ran.get(i).equals(ran.get(i - 1))).count();
    }

    /** 0.62 ms lets the sixth take its 0.62 ms half of the time: it swings if it does not keep a distance. */
    @ParameterizedTest
    @ValueSource(doubles = {.3, .62, .7, .72, .77, .82})
    void staysBelowALatencyAndDoesNotSwing(double target) {
        List<Integer> ran = run(new MemberPolicy(CURVE, Rules.standard().within(target)), new Machine(), 1000, 1, 20);
        List<Integer> later = ran.subList(100, 1000);
        int likely = later.stream().sorted().skip(450).findFirst().orElseThrow();
        int best = (int) Math.floor((target - .02) / .1 + 1e-9);
        assertThat(likely + 1).isBetween(best - 1, best);
        assertThat(later.stream().filter(one -> .02 + .1 * (one + 1) > 1.05 * target).count()).isLessThan(45);
        assertThat(switches(later)).isLessThan(40);
    }

    @Test
    void followsAMachineThatBecomesSlowerAtOnceAndFasterAfterAWhile() {
        Machine machine = new Machine();
        MemberPolicy policy = new MemberPolicy(CURVE, Rules.standard().within(.9));
        int before = run(policy, machine, 100, 1, 20).get(99);
        machine.slowdown = 3;
        List<Integer> slow = run(policy, machine, 100, 1, 20);
        machine.slowdown = 1;
        List<Integer> again = run(policy, machine, 300, 1, 20);
        assertThat(before).isEqualTo(7);
        assertThat(slow.get(2)).isLessThanOrEqualTo(2);
        assertThat(again.get(1)).isLessThanOrEqualTo(2);
        assertThat(again.get(299)).isEqualTo(7);
    }

    /** The largest takes ten shares of work; a band of 10 % to 50 % of charge lets half of it run at 30 %. */
    @ParameterizedTest
    @CsvSource({"1, 20, 9", "0.5, 20, 9", "0.3, 20, 3", "0.1, 20, 0", "0, 20, 0", "1, 65, 9", "1, 75, 3", "1, 85, 0", "1, 120, 0", "0.3, 85, 0", "NaN, NaN, 9", "NaN, 75, 3"})
    void batteryAndTemperatureLeaveAShareOfTheWork(double battery, double temperature, int largest) {
        List<Integer> ran = run(new MemberPolicy(CURVE, Rules.standard()), new Machine(), 20, battery, temperature);
        assertThat(ran.subList(0, 2)).containsOnly(0);
        assertThat(ran.get(19)).isEqualTo(largest);
        assertThat(switches(ran)).isEqualTo(largest == 0 ? 0 : 1);
    }

    @Test
    void aGaugeThatTremblesDoesNotMakeItSwing() {
        Rules still = Rules.standard();
        long rises = rises(still);
        assertThat(rises).isLessThan(10);
        assertThat(rises(new Rules(still.milliseconds(), still.battery(), still.temperature(), 0, 1))).isGreaterThan(10 * rises);
    }

    /** How often it goes up while a battery runs out. */
    private static long rises(Rules rules) {
        MemberPolicy policy = new MemberPolicy(CURVE, rules);
        Random random = new Random(4);
        List<Integer> ran = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            ran.add(CURVE.indexOf(policy.next(1, .6 - .5 * i / 1000 + .01 * random.nextGaussian(), Double.NaN)));
        }
        assertThat(ran.get(50)).isEqualTo(9);
        assertThat(ran.get(999)).isEqualTo(0);
        return IntStream.range(4, 1000).filter(i -> ran.get(i) > ran.get(i - 1)).count();
    }

    @Test
    void theCurveOfABundleHasWhatIsWorthItsWork() throws Exception {
        NestedBundle bundle = NestedBundle.open(Path.of("src/test/resources/tiny-1.fnb"));
        List<Member> curve = bundle.curve();
        assertThat(curve).isNotEmpty().isSubsetOf(bundle.members());
        for (int i = 1; i < curve.size(); i++) {
            assertThat(curve.get(i).work().orElseThrow()).isGreaterThan(curve.get(i - 1).work().orElseThrow());
            assertThat(curve.get(i).score().orElseThrow()).isGreaterThan(curve.get(i - 1).score().orElseThrow());
        }
        for (Member left : bundle.members()) {
            assertThat(curve).anyMatch(member -> member.work().orElseThrow() <= left.work().orElseThrow()
                    && member.score().orElseThrow() >= left.score().orElseThrow());
        }
    }

    @Test
    void whatIsNoRuleIsRefused() {
        assertThatThrownBy(() -> new Band(.5, .5)).hasMessage("a band from 0.5 to 0.5: two different numbers are needed");
        assertThatThrownBy(() -> Rules.standard().within(-1)).hasMessageStartingWith("a latency of -1.0 ms");
        assertThatThrownBy(() -> new MemberPolicy(List.of(), Rules.standard())).hasMessage("there is no member to choose from");
        assertThatThrownBy(() -> new MemberPolicy(List.of(new Member("bare", 1, Map.of())), Rules.standard()))
                .hasMessage("member 'bare' does not tell its multiply-accumulates");
    }
}
