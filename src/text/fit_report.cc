#include "text/fit_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.h"
#include "fit/fitted_system.h"
#include "text/json_report.h"

namespace calculon {
namespace {

std::string_view bound_words(TouchedBound bound) {
  switch (bound) {
    case TouchedBound::kLeast:
      return "at the least it may be";
    case TouchedBound::kMost:
      return "at the most it may be";
    case TouchedBound::kNone:
      break;
  }
  return "";
}

std::string constant_line(const FittedConstant& each, std::string_view source) {
  std::string text =
      fmt::format("  {:<25}{:>12.6g}{:>12.6g}", each.constant->name, each.before, each.after);
  for (const std::string_view words : {bound_words(each.bound), source}) {
    text += words.empty() ? "" : fmt::format("  {}", words);
  }
  return text + "\n";
}

std::string constants_text(const ClusterFit& fit) {
  std::string text = fmt::format("  {:<25}{:>12}{:>12}\n", "constant", "before", "after");
  for (const FittedPart& part : fit.parts) {
    for (const FittedConstant& each : part.fit.constants) {
      text += constant_line(each, "by " + printable(part.source));
    }
  }
  if (fit.steps) {
    for (const FittedConstant& each : fit.steps->constants) {
      text += constant_line(each, "");
    }
  }
  return text;
}

std::string fit_error_line(std::string_view name, const ErrorSummary& errors) {
  std::string text = fmt::format("  {:<25}{:>6}", name, errors.n);
  for (const ErrorFigure& figure : kErrorFigures) {
    text += fmt::format("{:>9.2f}", errors.*figure.member);
  }
  return text + "\n";
}

std::string fit_error_lines(std::string_view name, const std::optional<ErrorSummary>& errors) {
  return errors ? fit_error_line(name, *errors) : "";
}

std::string errors_text(const ClusterFit& fit) {
  std::string text = fmt::format("  {:<25}{:>6}", "error, %", "runs");
  for (const ErrorFigure& figure : kErrorFigures) {
    text += fmt::format("{:>9}", figure.name);
  }
  text += "\n";
  for (const FittedPart& part : fit.parts) {
    const std::string name = printable(part.source);
    text += fit_error_line(shortened_in_middle(name, 16) + " before", part.before);
    text += fit_error_line(shortened_in_middle(name, 16) + " after", part.after);
  }
  text += fit_error_lines("step time before", fit.before);
  text += fit_error_lines("step time after", fit.after);
  text += fit_error_lines("each by the others", fit.left_out);
  text += fit_error_lines("holdout before", fit.holdout_before);
  text += fit_error_lines("holdout after", fit.holdout);
  return text;
}

Json constants_json(const std::vector<FittedConstant>& constants, double FittedConstant::*value) {
  Json json = Json::object();
  for (const FittedConstant& each : constants) {
    json[std::string(each.constant->name)] = each.*value;
  }
  return json;
}

Json bounds_json(const std::vector<FittedConstant>& constants) {
  Json json = Json::object();
  for (const FittedConstant& each : constants) {
    if (each.bound != TouchedBound::kNone) {
      json[std::string(each.constant->name)] =
          each.bound == TouchedBound::kLeast ? "least" : "most";
    }
  }
  return json;
}

Json runs_json(const FitResult& steps, std::span<const FitRow> rows) {
  Json runs = Json::array();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Json run = {{"id", rows[i].id},
                {"measured_seconds", rows[i].measured_seconds},
                {"seconds_before", steps.seconds_before[i]},
                {"seconds_after", steps.seconds_after[i]}};
    if (!steps.seconds_left_out.empty()) {
      run["seconds_left_out"] = steps.seconds_left_out[i];
    }
    runs.push_back(std::move(run));
  }
  return runs;
}

Json part_json(const FittedPart& part) {
  return {{"source", part.source},
          {"rows", part.fit.seconds_after.size()},
          {"constants", constants_json(part.fit.constants, &FittedConstant::after)},
          {"error_before", error_json(part.before)},
          {"error", error_json(part.after)}};
}

}  // namespace

std::string fit_text(const ClusterFit& fit, std::string_view system) {
  std::string text = fmt::format("Constants of {}", printable(system));
  if (fit.steps) {
    text += fmt::format(", fitted to {}", printable(fit.steps_source));
  }
  text += "\n" + constants_text(fit) + errors_text(fit);
  if (fit.steps) {
    text += fmt::format("Objective {:.6g} after {} steps\n", fit.steps->objective,
                        fit.steps->iterations);
  }
  if (const auto& unused = fit.unused_error()) {
    text += fmt::format(
        "Runs like these are predicted to {:.1f} % on average, to {:.1f} % in nine "
        "of ten cases\n",
        unused->mean, unused->p90);
  }
  return text;
}

Json fit_json(const ClusterFit& fit, std::span<const FitRow> rows, std::string_view system) {
  const std::vector<FittedConstant> constants = fit.constants();
  Json json = {{"system", system},
               {"constants", constants_json(constants, &FittedConstant::after)},
               {"constants_before", constants_json(constants, &FittedConstant::before)},
               {"bounds", bounds_json(constants)}};
  Json parts = Json::array();
  for (const FittedPart& part : fit.parts) {
    parts.push_back(part_json(part));
  }
  json["parts"] = std::move(parts);
  json["rows"] = rows.size();
  if (fit.steps) {
    json["fitted_on"] = fit.steps_source;
    json["objective"] = fit.steps->objective;
    json["iterations"] = fit.steps->iterations;
  }
  const auto add = [&](const char* name, const std::optional<ErrorSummary>& errors) {
    if (errors) {
      json[name] = error_json(*errors);
    }
  };
  add("calibration_error_before", fit.before);
  add("calibration_error", fit.after);
  add("leave_one_out", fit.left_out);
  add("holdout_error_before", fit.holdout_before);
  add("holdout_error", fit.holdout);
  if (fit.steps) {
    json["runs"] = runs_json(*fit.steps, rows);
  }
  return json;
}

}  // namespace calculon
