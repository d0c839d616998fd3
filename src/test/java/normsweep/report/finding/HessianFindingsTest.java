package normsweep.report.finding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import normsweep.landscape.Landscapes;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.Records;
import normsweep.record.SweepFolder;
import normsweep.report.MadeUpSweep;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.SweepEvidence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HessianFindingsTest {
  private static final HeadKind FRN = new HeadKind(Norm.FILTER_RESPONSE_NORM, FrnPlacement.DENSE);

  @TempDir Path root;

  private SweepFolder folder() {
    return MadeUpSweep.quick()
        .norms(Norm.FILTER_RESPONSE_NORM)
        .clips(Clip.NONE)
        .epochs(2)
        .landscapes(trial -> 2)
        .write(root);
  }

  @Test
  void eigenvectorOnNormParameterIsSaid() throws IOException {
    SweepFolder folder = folder();
    Path file = Landscapes.geometryFile(folder, "filter-response-norm.clip-none.seed-1");
    ObjectNode geometry = (ObjectNode) Records.json().readTree(file.toFile());
    ObjectNode spectrum = (ObjectNode) geometry.at("/curvature/0/all/spectrum");
    spectrum.putObject("shares").put("head_norm_epsilon", 0.986).put("head_dense_W", 0.014);
    spectrum.putArray("largest").add(278.4);
    Records.writeJson(file, geometry);
    Optional<Finding> found = HessianFindings.ownParameter(SweepEvidence.read(folder), FRN);
    assertEquals(
        "With filter response norm, the largest Hessian eigenvalue over all parameters is 278 on"
            + " average, but 99 % of its eigenvector lies on the norm ε, whose scale is its own;"
            + " over the weights alone, it is 2.00. Heads are therefore compared over the weights.",
        found.orElseThrow().text());
  }

  @Test
  void eigenvectorOnWeightsIsNot() {
    assertTrue(HessianFindings.ownParameter(SweepEvidence.read(folder()), FRN).isEmpty());
  }
}
