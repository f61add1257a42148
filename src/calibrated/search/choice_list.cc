#include "calibrated/search/choice_list.h"

#include <algorithm>
#include <functional>

namespace calculon {
namespace {

struct ChoiceLoop {
  std::string_view key;
  std::vector<std::int64_t> values;
};

template <class... Enums>
std::vector<std::int64_t> as_numbers(Enums... values) {
  return {static_cast<std::int64_t>(values)...};
}

std::vector<ChoiceLoop> choice_loops(const WantedSettings& wanted, const RankContext& context) {
  std::vector<ChoiceLoop> loops;
  for (const CalibratedSetting& setting : calibrated_choice_settings()) {
    if (wanted.names(setting.key)) {
      loops.push_back({setting.key, wanted.values(setting.key)});
    } else if (setting.key == "activation_recompute") {
      using enum CalibratedRecompute;
      loops.push_back({setting.key, as_numbers(kNone, kSelective, kFull)});
    } else if (setting.key == "data_par_sharding") {
      using enum DataParSharding;
      loops.push_back({setting.key, !context.replicas  ? as_numbers(kNone)
                                    : context.pipeline ? as_numbers(kZero1)
                                                       : as_numbers(kZero1, kZero3)});
    }
  }
  return loops;
}

// Selective recomputation changes nothing with a flash kernel, so that only who names it gets it.
bool belongs_to_space(const CalibratedExecution& e, const WantedSettings& wanted,
                      const RankContext& context) {
  const bool idle = e.activation_recompute == CalibratedRecompute::kSelective &&
                    e.attention_kernel == AttentionKernel::kFlash;
  return (!idle || wanted.names("activation_recompute")) &&
         (!e.sequence_par || context.tensor_group);
}

void fill_dependent(CalibratedExecution& e, const WantedSettings& wanted,
                    const RankContext& context) {
  if (!wanted.names("sequence_par")) {
    e.sequence_par = context.tensor_group;
  }
  if (!wanted.names("grad_reduce_datatype")) {
    e.grad_reduce_datatype = e.shards_gradients() ? Datatype::kBfloat16 : Datatype::kFloat32;
  }
  if (!wanted.names("param_gather_overlap")) {
    e.param_gather_overlap = e.data_par_overlap;
  }
}

void add(ChoiceList& list, const CalibratedExecution& e) {
  std::size_t block = 0;
  while (block < list.first_of_block.size() &&
         static_cast<const RankChoices&>(list.executions[list.first_of_block[block]]) !=
             static_cast<const RankChoices&>(e)) {
    ++block;
  }
  if (block == list.first_of_block.size()) {
    list.first_of_block.push_back(list.executions.size());
  }
  list.blocks.push_back(block);
  list.executions.push_back(e);
}

}  // namespace

ChoiceList choice_list(const CalibratedExecution& base, const WantedSettings& wanted,
                       const RankContext& context) {
  const std::vector<ChoiceLoop> loops = choice_loops(wanted, context);
  ChoiceList list;
  CalibratedExecution e = base;
  const std::function<void(std::size_t)> nest = [&](std::size_t depth) {
    if (depth < loops.size()) {
      for (const std::int64_t value : loops[depth].values) {
        set_choice(e, loops[depth].key, value);
        nest(depth + 1);
      }
      return;
    }
    fill_dependent(e, wanted, context);
    if (belongs_to_space(e, wanted, context)) {
      add(list, e);
    }
  };
  nest(0);
  return list;
}

}  // namespace calculon
