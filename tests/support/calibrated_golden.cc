#include "support/calibrated_golden.h"

#include "calculon/base/files.h"
#include "calibrated/calibrated_execution_json.h"
#include "strategy/strategy_json.h"
#include "support/source_tree.h"
#include "workload/transformer_json.h"

namespace calculon::test {

const CalibratedGolden& calibrated_golden() {
  static const CalibratedGolden kGolden = [] {
    CalibratedGolden golden;
    const std::string text = read_text_file(source_path("tests/golden/calibrated.jsonl.gz"));
    std::size_t begin = 0;
    while (begin < text.size()) {
      const std::size_t end = text.find('\n', begin);
      Json line = Json::parse(text.begin() + static_cast<std::ptrdiff_t>(begin),
                              text.begin() + static_cast<std::ptrdiff_t>(end));
      if (golden.files.is_null()) {
        golden.files = std::move(line);
      } else {
        golden.cases.push_back(std::move(line));
      }
      begin = end + 1;
    }
    return golden;
  }();
  return kGolden;
}

PublishedExecution CalibratedGolden::inputs(const Json& golden) const {
  const Json& model = input(golden, "model", "models");
  const Json& execution = input(golden, "execution", "executions");
  const auto given = [&](const char* key) { return model.contains(key) && !model[key].is_null(); };
  const Transformer transformer = to_transformer(JsonReader("model.json", model));
  const JsonReader reader("execution.json", execution);
  if (reader.has(kMethodologyKey)) {
    return {transformer, to_calibrated_execution(reader)};
  }
  const StrategyFile file = to_strategy(reader);
  if (file.datatype_error) {
    throw *file.datatype_error;
  }
  return to_calibrated("execution.json", file.strategy, transformer, given("attn_kv_heads"),
                       given("mlp_gated"));
}

System CalibratedGolden::machine(const Json& golden) const {
  return parse_system("system.json", input(golden, "system", "systems").dump());
}

}  // namespace calculon::test
