package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import normsweep.sweep.SweepPlan;
import org.junit.jupiter.api.Test;

class ClusterEstimateTest {
  private static final SweepPlan TUNING =
      new SweepPlan(List.of(), 3600, 0, 100_000_000, 0, 10, 1, "", Optional.empty());
  private static final SweepPlan PLAN =
      new SweepPlan(
          List.of(), 5400, 3600, 1_000_000_000, 2_000_000_000, 100, 2, "", Optional.of(TUNING));

  /** 3 + 1 core-hours of training, an hour of two cores for features, and 110 checkpoints. */
  @Test
  void workedOutByHand() {
    ClusterEstimate one = ClusterEstimate.of(PLAN, 1);
    assertEquals(
        new ClusterEstimate(2, 4, 2_000_000_000L, 3_100_000_000L, 4_409_000_000L, 2_530_000_000L),
        one);
    assertEquals(
        List.of(
            "cluster: about 6.0 executor-hours (1 core each): 4.0 of training, at most 2.0 for"
                + " features",
            "network: about 4.1 GiB to the sweep's folder, and 2.4 GiB to each executor (features"
                + " and program)",
            "storage: about 2.9 GiB in the sweep's folder, 1.9 GiB of it features, and 2.4 GiB on"
                + " each executor"),
        one.text(1).lines().toList());
  }

  @Test
  void localMasterSaysItsCores() {
    assertEquals(4, ClusterEstimate.cores("local[4]"));
    assertEquals(1, ClusterEstimate.cores("spark://host:7077"));
  }

  @Test
  void coresOfExecutorsShareWork() {
    ClusterEstimate four = ClusterEstimate.of(PLAN, 4);
    assertEquals(0.5, four.featureHours(), 1e-12);
    assertEquals(1.0, four.trainHours(), 1e-12);
    assertEquals(ClusterEstimate.of(PLAN, 1).writtenBytes(), four.writtenBytes());
  }
}
