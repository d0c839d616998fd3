package normsweep.landscape.head;

import normsweep.tail.TailParameter;

/**
 * Where a head's two dense layers lie in its parameter vector.
 *
 * @param length length of the vector
 * @param hiddenWeight W [inputs, units] of the first dense layer
 * @param hiddenBias position of its bias, or {@value #NONE}
 * @param outputWeight W [units, classes] of the second dense layer
 * @param outputBias position of its bias
 */
public record HeadLayout(
    int length,
    TailParameter hiddenWeight,
    int hiddenBias,
    TailParameter outputWeight,
    int outputBias) {
  /** The position of a missing bias, as before a norm. */
  static final int NONE = -1;

  public int units() {
    return Math.toIntExact(hiddenWeight.shape().get(1));
  }

  int classes() {
    return Math.toIntExact(outputWeight.shape().get(1));
  }

  /** The bias of a hidden unit, 0 if it has none. */
  public double hiddenBias(double[] parameters, int unit) {
    return hiddenBias == NONE ? 0 : parameters[hiddenBias + unit];
  }

  /** Position in the vector of the output weight of a unit and a class. */
  int outputWeight(int unit, int klass) {
    int start = Math.toIntExact(outputWeight.offset());
    return outputWeight.order() == 'f'
        ? start + klass * units() + unit
        : start + unit * classes() + klass;
  }
}
