package normsweep.report.finding;

import normsweep.report.finding.Finding.Strength;

/**
 * A question of a sweep and its answer.
 *
 * @param question a few words with a question mark
 * @param text two or three sentences, with the numbers they rest on
 * @param strength how much the answer claims
 */
public record Answer(String question, String text, Strength strength) {}
