#include "support/strategy_walk.h"

#include <array>
#include <map>
#include <tuple>

#include "calculon/base/divisors.h"
#include "calculon/strategy/placement.h"
#include "support/tiny.h"
#include "text/json_report.h"

namespace calculon::test {
namespace {

// `strategies` with each value of a setting in turn.
template <class Record, class Member, class Values>
std::vector<Record> with_each(const std::vector<Record>& records, Member member,
                              const Values& values) {
  std::vector<Record> result;
  result.reserve(records.size() * values.size());
  for (const Record& record : records) {
    for (const auto value : values) {
      result.push_back(record);
      result.back().*member = value;
    }
  }
  return result;
}

template <class Enum>
std::vector<Enum> all_values() {
  std::vector<Enum> values;
  for (std::size_t i = 0; i < kEnumSize<Enum>; ++i) {
    values.push_back(static_cast<Enum>(i));
  }
  return values;
}

constexpr std::array kBoth = {false, true};

// Whether the block choices alone agree with each other, and divide the model.
bool consistent(const BlockChoices& choices) {
  Strategy strategy = tiny_strategy();
  static_cast<BlockChoices&>(strategy) = choices;
  strategy.num_procs = choices.tensor_par;
  return contradiction(strategy).empty() &&
         split_contradiction(choices, tiny_transformer()).empty();
}

std::vector<Strategy> schedules(Strategy strategy) {
  std::vector<Strategy> list;
  const std::int64_t peers = strategy.num_procs / strategy.tensor_par;
  for (const std::int64_t pipeline_par : divisors(peers)) {
    strategy.pipeline_par = pipeline_par;
    strategy.data_par = peers / pipeline_par;
    const std::int64_t blocks = blocks_per_processor(tiny_transformer(), pipeline_par);
    const auto some = with_each(std::vector<Strategy>{strategy}, &Strategy::pipeline_interleaving,
                                divisors(blocks));
    list.insert(list.end(), some.begin(), some.end());
  }
  list = with_each(list, &Strategy::optimizer_sharding, kBoth);
  list = with_each(list, &Strategy::data_par_overlap, kBoth);
  list = with_each(list, &Strategy::weight_offload, kBoth);
  list = with_each(list, &Strategy::activations_offload, kBoth);
  list = with_each(list, &Strategy::optimizer_offload, kBoth);
  std::erase_if(list, [](const Strategy& s) {
    return !contradiction(s).empty() || check_blocks(s, tiny_transformer());
  });
  return list;
}

}  // namespace

std::vector<BlockChoices> all_block_choices(std::int64_t num_procs) {
  std::vector<BlockChoices> list = {BlockChoices{}};
  list = with_each(list, &BlockChoices::tensor_par, divisors(num_procs));
  list = with_each(list, &BlockChoices::microbatch_size, std::array<std::int64_t, 2>{1, 2});
  list = with_each(list, &BlockChoices::fused_activation, kBoth);
  list = with_each(list, &BlockChoices::attention_type, all_values<AttentionType>());
  list = with_each(list, &BlockChoices::activation_recompute, all_values<ActivationRecompute>());
  list = with_each(list, &BlockChoices::tensor_par_comm_type, all_values<TensorParCommType>());
  list = with_each(list, &BlockChoices::tensor_par_overlap, all_values<TensorParOverlap>());
  list = with_each(list, &BlockChoices::seq_par_ag_redo, kBoth);
  list = with_each(list, &BlockChoices::training, kBoth);
  std::erase_if(list, [](const BlockChoices& choices) { return !consistent(choices); });
  return list;
}

void for_each_schedule(const BlockChoices& choices, std::int64_t num_procs,
                       const std::function<void(const Strategy&)>& visit) {
  // Of the block choices only the degree and training decide which schedules there are.
  static std::map<std::tuple<std::int64_t, std::int64_t, bool>, std::vector<Strategy>> known;
  std::vector<Strategy>& list = known[{num_procs, choices.tensor_par, choices.training}];
  if (list.empty()) {
    Strategy start = tiny_strategy();
    start.num_procs = num_procs;
    start.tensor_par = choices.tensor_par;
    start.training = choices.training;
    list = schedules(start);
  }
  for (Strategy& strategy : list) {
    static_cast<BlockChoices&>(strategy) = choices;
    visit(strategy);
  }
}

std::string strategy_text(const Strategy& strategy) {
  return python_literal(to_json(strategy));
}

}  // namespace calculon::test
