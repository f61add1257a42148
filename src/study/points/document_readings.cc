#include "study/points/document_readings.h"

#include "calibrated/calibrated_execution_json.h"
#include "hardware/system_json.h"
#include "strategy/strategy_json.h"
#include "study/spec/methodology.h"
#include "study/spec/model_json.h"
#include "text/json_report.h"
#include "workload/transformer_json.h"

namespace calculon {
namespace {

// In either dialect.
PointExecution to_execution(const JsonReader& execution) {
  if (says_calibrated(execution.json())) {
    return to_calibrated_execution(execution);
  }
  return to_strategy(execution);
}

}  // namespace

const DocumentReader<Transformer> kReadModel = {
    [](const Json& json) { return to_transformer(JsonReader("model", json)); },
    // Of a model only what is read counts, and what is as it would be without its key does not.
    [](const Json&, const Transformer& model) { return canonical_hash(model_json(model)); }};

const DocumentReader<System> kReadSystem = {
    [](const Json& json) { return to_system(JsonReader("system", json)); },
    [](const Json& json, const System&) { return canonical_hash(json); }};

const DocumentReader<SearchSpec> kReadSearch = {
    [](const Json& json) { return parse_search(JsonReader("search", json)); },
    [](const Json&, const SearchSpec& search) { return canonical_hash(search.canonical); }};

const DocumentReader<PointExecution> kReadExecution = {
    [](const Json& json) { return to_execution(JsonReader("execution", json)); },
    [](const Json&, const PointExecution& execution) {
      const auto* calibrated = std::get_if<CalibratedExecution>(&execution);
      return canonical_hash(calibrated ? calibrated_execution_json(*calibrated)
                                       : to_json(std::get<StrategyFile>(execution).strategy));
    }};

void for_each_form(const DocumentForms& forms, const std::vector<std::size_t>& points, int threads,
                   const Watch& watch, const std::function<void(std::size_t)>& read) {
  std::vector<char> wanted(forms.count(), 0);
  for (const std::size_t point : points) {
    wanted[forms.form_at(point)] = 1;
  }
  watched_for(watch, "reading inputs", wanted.size(), threads, [&](std::size_t form) {
    if (wanted[form] != 0) {
      read(form);
    }
  });
}

}  // namespace calculon
