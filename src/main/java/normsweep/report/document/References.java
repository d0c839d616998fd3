package normsweep.report.document;

import java.util.List;
import java.util.regex.Pattern;

/** The literature that a report may cite, by author and year, in alphabetical order. */
final class References {
  /**
   * A source.
   *
   * @param key what texts cite in square brackets
   * @param authors its authors
   * @param title its title
   * @param where journal or conference, and year
   */
  public record Reference(String key, String authors, String title, String where) {}

  private static final List<Reference> ALL =
      List.of(
          reference(
              "Ba 2016",
              "J. L. Ba, J. R. Kiros, G. E. Hinton",
              "Layer Normalization",
              "arXiv:1607.06450, 2016"),
          reference(
              "Bonett 2012",
              "D. G. Bonett, R. M. Price",
              "Adjusted Wald Confidence Interval for a Difference of Binomial Proportions Based on"
                  + " Paired Data",
              "Journal of Educational and Behavioral Statistics 37, 2012"),
          reference(
              "Dinh 2017",
              "L. Dinh, R. Pascanu, S. Bengio, Y. Bengio",
              "Sharp Minima Can Generalize for Deep Nets",
              "ICML, 2017"),
          reference(
              "Guo 2017",
              "C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger",
              "On Calibration of Modern Neural Networks",
              "ICML, 2017"),
          reference(
              "He 2015",
              "K. He, X. Zhang, S. Ren, J. Sun",
              "Delving Deep into Rectifiers: Surpassing Human-Level Performance on ImageNet"
                  + " Classification",
              "ICCV, 2015"),
          reference(
              "Holm 1979",
              "S. Holm",
              "A Simple Sequentially Rejective Multiple Test Procedure",
              "Scandinavian Journal of Statistics 6, 1979"),
          reference(
              "Ioffe 2015",
              "S. Ioffe, C. Szegedy",
              "Batch Normalization: Accelerating Deep Network Training by Reducing Internal"
                  + " Covariate Shift",
              "ICML, 2015"),
          reference(
              "Keskar 2017",
              "N. S. Keskar, D. Mudigere, J. Nocedal, M. Smelyanskiy, P. T. P. Tang",
              "On Large-Batch Training for Deep Learning: Generalization Gap and Sharp Minima",
              "ICLR, 2017"),
          reference(
              "Kingma 2015",
              "D. P. Kingma, J. Ba",
              "Adam: A Method for Stochastic Optimization",
              "ICLR, 2015"),
          reference(
              "Krizhevsky 2009",
              "A. Krizhevsky",
              "Learning Multiple Layers of Features from Tiny Images",
              "Technical report, University of Toronto, 2009"),
          reference(
              "Li 2018",
              "H. Li, Z. Xu, G. Taylor, C. Studer, T. Goldstein",
              "Visualizing the Loss Landscape of Neural Nets",
              "NeurIPS, 2018"),
          reference(
              "Loshchilov 2017",
              "I. Loshchilov, F. Hutter",
              "SGDR: Stochastic Gradient Descent with Warm Restarts",
              "ICLR, 2017"),
          reference(
              "McCandlish 2018",
              "S. McCandlish, J. Kaplan, D. Amodei, OpenAI Dota Team",
              "An Empirical Model of Large-Batch Training",
              "arXiv:1812.06162, 2018"),
          reference(
              "Newcombe 1998",
              "R. G. Newcombe",
              "Interval Estimation for the Difference between Independent Proportions: Comparison"
                  + " of Eleven Methods",
              "Statistics in Medicine 17, 1998"),
          reference(
              "Pascanu 2013",
              "R. Pascanu, T. Mikolov, Y. Bengio",
              "On the Difficulty of Training Recurrent Neural Networks",
              "ICML, 2013"),
          reference(
              "Sandler 2018",
              "M. Sandler, A. Howard, M. Zhu, A. Zhmoginov, L.-C. Chen",
              "MobileNetV2: Inverted Residuals and Linear Bottlenecks",
              "CVPR, 2018"),
          reference(
              "Santurkar 2018",
              "S. Santurkar, D. Tsipras, A. Ilyas, A. Mądry",
              "How Does Batch Normalization Help Optimization?",
              "NeurIPS, 2018"),
          reference(
              "Singh 2020",
              "S. Singh, S. Krishnan",
              "Filter Response Normalization Layer: Eliminating Batch Dependence in the Training of"
                  + " Deep Neural Networks",
              "CVPR, 2020"),
          reference(
              "Srivastava 2014",
              "N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov",
              "Dropout: A Simple Way to Prevent Neural Networks from Overfitting",
              "Journal of Machine Learning Research 15, 2014"),
          reference("Wu 2018", "Y. Wu, K. He", "Group Normalization", "ECCV, 2018"),
          reference(
              "Yosinski 2014",
              "J. Yosinski, J. Clune, Y. Bengio, H. Lipson",
              "How Transferable Are Features in Deep Neural Networks?",
              "NeurIPS, 2014"));

  private References() {}

  private static Reference reference(String key, String authors, String title, String where) {
    return new Reference(key, authors, title, where);
  }

  /** Those that a page cites. */
  static List<Reference> citedIn(String page) {
    return ALL.stream()
        .filter(one -> Pattern.compile("\\[[^\\[\\]]*" + one.key() + "[,\\]]").matcher(page).find())
        .toList();
  }
}
