package normsweep.backbone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;

class TrunkCutTest {
  private final ComputationGraph graph = SmallBackbones.build(SmallBackbones.residual());

  @Test
  void splitsTheGraphInTopologicalOrder() {
    TrunkCut cut = TrunkCut.of(graph, "project2");
    assertEquals("depth2_relu", cut.features());
    assertEquals("depth2_relu", cut.frozen().get(cut.frozen().size() - 1));
    assertEquals(17, cut.frozen().size());
    assertEquals(List.of("project2", "project2_bn", "last"), cut.trainable());
  }

  @Test
  void skipConnectionMayStartAtCut() {
    TrunkCut cut = TrunkCut.of(graph, "expand");
    assertEquals("stem_relu", cut.features());
    assertEquals(List.of("pad", "stem", "stem_bn", "stem_relu"), cut.frozen());
  }

  @Test
  void refusesCutBesideSkipConnection() {
    assertEquals(
        "model.unfreezeFrom is 'project', but a skip connection passes by that layer; allowed"
            + " are, for example, last, project2, depth2, expand.",
        refusal("project"));
    assertEquals(
        "model.unfreezeFrom is 'add', but a skip connection passes by that layer; allowed"
            + " are, for example, last, project2, depth2, expand.",
        refusal("add"));
  }

  @Test
  void refusesUnknownLayerAndWholeBackbone() {
    assertEquals(
        "model.unfreezeFrom is 'Conv_2', which is no layer of the backbone; allowed are, for"
            + " example, last, project2, depth2, expand.",
        refusal("Conv_2"));
    assertEquals(
        "model.unfreezeFrom is 'pad', which leaves nothing frozen before it; allowed are, for"
            + " example, last, project2, depth2, expand.",
        refusal("pad"));
  }

  private String refusal(String unfreezeFrom) {
    NormSweepException refusal =
        assertThrows(NormSweepException.class, () -> TrunkCut.of(graph, unfreezeFrom));
    assertEquals(ExitCode.USAGE, refusal.exitCode());
    return refusal.getMessage();
  }
}
