package normsweep.report.document;

import static java.util.stream.Collectors.joining;
import static normsweep.report.analysis.Sentences.say;

import freemarker.core.TemplateClassResolver;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import normsweep.record.SweepFolder;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.figure.RenderedFigure;
import normsweep.report.finding.Findings;
import org.apache.commons.io.IOUtils;

/** The report as one self-contained HTML page that is well-formed XML too. */
public final class HtmlReport {
  private static final String FOLDER = "/normsweep/report/";
  private static final Configuration TEMPLATES = templates();

  private HtmlReport() {}

  /**
   * The page, with its appendix.
   *
   * @param figures pictures to show
   * @param demoted names, such as {@code figure-curves}, of what the appendix has instead of the
   *     main part
   * @param forPdf whether {@link PdfReport} draws the figures
   */
  public static String render(
      SweepFolder folder,
      SweepEvidence sweep,
      Findings findings,
      List<RenderedFigure> figures,
      Set<String> demoted,
      boolean forPdf)
      throws IOException {
    String page =
        page(
            "report.ftlh",
            ReportModel.of(
                sweep, findings, figures, LandscapePictures.of(folder, sweep), demoted, forPdf));
    return Numbering.of(page.replace("<!-- references -->", references(page)));
  }

  private static String references(String page) {
    return References.citedIn(page).stream()
        .map(
            one ->
                say(
                    "<li>[%s] %s. %s <i>%s</i>.</li>\n",
                    one.key(),
                    one.authors(),
                    one.title() + (one.title().endsWith("?") ? "" : "."),
                    one.where()))
        .collect(joining());
  }

  /** A page in the report's style from a template, which gets the style sheet as {@code css}. */
  public static String page(String template, Map<String, Object> values) throws IOException {
    Map<String, Object> model = new HashMap<>(values);
    model.put("css", IOUtils.resourceToString(FOLDER + "report.css", StandardCharsets.UTF_8));
    StringWriter page = new StringWriter();
    try {
      TEMPLATES.getTemplate(template).process(model, page);
    } catch (TemplateException e) {
      throw new IllegalStateException(template + " does not match its model", e);
    }
    return page.toString().strip() + "\n";
  }

  // Templates are part of the program, but values are not: values are escaped as HTML, and a
  // template can neither create objects nor access Java.
  private static Configuration templates() {
    Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
    configuration.setClassForTemplateLoading(HtmlReport.class, FOLDER);
    configuration.setDefaultEncoding("UTF-8");
    configuration.setLocale(Locale.ROOT);
    configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    configuration.setLogTemplateExceptions(false);
    configuration.setNewBuiltinClassResolver(TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);
    configuration.setAPIBuiltinEnabled(false);
    return configuration;
  }
}
