package normsweep.landscape.head;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OrthonormalBasisTest {
  private static final int LENGTH = 20_000;

  // Much longer along one vector than across it: a single pass would leave rounding of that length.
  @Test
  void nearlyParallelVectorsBecomeOrthonormal() {
    SplittableRandom random = new SplittableRandom(1);
    double[] along = random.doubles(LENGTH, -1, 1).toArray();
    OrthonormalBasis basis = new OrthonormalBasis();
    for (int k = 0; k < 20; k++) {
      double[] vector = along.clone();
      for (int i = 0; i < LENGTH; i++) {
        vector[i] += 1e-7 * random.nextDouble(-1, 1);
      }
      double left = basis.orthogonalise(vector);
      basis.add(OrthonormalBasis.scaled(vector, 1 / left));
    }
    List<double[]> vectors = basis.vectors();
    for (int k = 0; k < vectors.size(); k++) {
      for (int l = 0; l < vectors.size(); l++) {
        double product = OrthonormalBasis.dot(vectors.get(k), vectors.get(l));
        assertEquals(k == l ? 1 : 0, product, 1e-12);
      }
    }
  }

  @Test
  void nothingIsLeftOfVectorsInTheSpan() {
    OrthonormalBasis basis = new OrthonormalBasis();
    basis.add(new double[] {0.6, 0.8, 0});
    basis.add(new double[] {0, 0, 1});
    double[] vector = {3, 4, 5};
    assertEquals(0, basis.orthogonalise(vector), 1e-15);
    double[] other = {4, -3, 7};
    assertEquals(5, basis.orthogonalise(other), 1e-14);
    assertEquals(4, other[0], 1e-14);
    assertEquals(-3, other[1], 1e-14);
  }
}
