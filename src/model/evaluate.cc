#include "calculon/model/evaluate.h"

#include <optional>
#include <stdexcept>

namespace calculon {
namespace {

// The one place that looks at the preset: asks the model that answers for it. A further model is a
// further argument.
template <class Published>
auto ask_model(Preset preset, const Published& published) {
  switch (preset) {
    case Preset::kCalculon:
    case Preset::kCalculonMoe:
    case Preset::kCorrected:
      return published();
  }
  throw std::logic_error("no model answers for this preset");
}

}  // namespace

Evaluator::Evaluator(const Transformer& transformer, const System& system)
    : published_(transformer, system) {}

Outcome<Stats> Evaluator::evaluate(const StrategyFile& execution) {
  return ask_model(execution.strategy.preset, [&] { return published_.evaluate(execution); });
}

Outcome<Stats> Evaluator::evaluate(const Strategy& strategy) {
  return evaluate(StrategyFile{strategy, std::nullopt});
}

Outcome<Stats> Evaluator::answer(const Strategy& strategy) {
  return ask_model(strategy.preset, [&] { return published_.answer(strategy); });
}

Stats Evaluator::tier_parts(const Strategy& strategy, int tier) {
  return ask_model(strategy.preset, [&] { return published_.tier_parts(strategy, tier); });
}

Outcome<Stats> evaluate(const Transformer& transformer, const System& system,
                        const StrategyFile& execution) {
  return Evaluator(transformer, system).evaluate(execution);
}

Outcome<Stats> evaluate(const Transformer& transformer, const System& system,
                        const Strategy& strategy) {
  return Evaluator(transformer, system).evaluate(strategy);
}

}  // namespace calculon
