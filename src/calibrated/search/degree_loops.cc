#include "calibrated/search/degree_loops.h"

#include <algorithm>
#include <map>

#include "calculon/base/divisors.h"

namespace calculon {
namespace {

using Numbers = std::vector<std::int64_t>;

// The candidates of each loop over degrees, given those outside it.
class DegreeLoops {
 public:
  DegreeLoops(const Transformer& model, double domain, const CalibratedSpaceOptions& options)
      : model_(model),
        wanted_(options.wanted),
        options_(options),
        domain_(domain),
        experts_(model.details.num_experts) {}

  std::vector<CalibratedDegrees> all() const {
    std::vector<CalibratedDegrees> found;
    CalibratedDegrees d;
    for (const std::int64_t t : tensor()) {
      d.tensor_par = t;
      for (const std::int64_t p : pipeline(options_.num_procs / t)) {
        d.pipeline_par = p;
        for (const PipelineBalance balance : balances(p)) {
          d.balance = balance;
          add_replicas(found, d, options_.num_procs / t / p);
        }
      }
    }
    return found;
  }

 private:
  // The loops inside the pipeline, over the ranks that hold one part of the model.
  void add_replicas(std::vector<CalibratedDegrees>& found, CalibratedDegrees d,
                    std::int64_t ranks) const {
    for (const std::int64_t c : context(ranks)) {
      d.context_par = c;
      d.data_par = ranks / c;
      if (!wanted_.accepts("data_par", d.data_par)) {
        continue;
      }
      for (const std::int64_t b : microbatch(d.data_par)) {
        d.microbatch_size = b;
        add_experts(found, d);
      }
    }
  }

  void add_experts(std::vector<CalibratedDegrees>& found, CalibratedDegrees d) const {
    for (const std::int64_t g : expert_tensor(d.tensor_par)) {
      d.expert_tensor_par = g;
      for (const std::int64_t e : expert(d.data_par * d.context_par * d.tensor_par, g)) {
        d.expert_par = e;
        d.interleavings = interleavings(d);
        if (!d.interleavings.empty()) {
          found.push_back(d);
        }
      }
    }
  }

  Numbers tensor() const {
    return kept("tensor_par", divisors_of(options_.num_procs), [&](std::int64_t t) {
      const std::int64_t kv = model_.kv_heads();
      const bool mha = model_.details.attn_kind == AttentionKind::kMha;
      return (static_cast<double>(t) <= domain_ || wanted_.names("tensor_par")) &&
             model_.attn_heads % t == 0 && (!mha || kv % t == 0 || t % kv == 0);
    });
  }

  Numbers pipeline(std::int64_t ranks) const {
    return kept("pipeline_par", divisors_of(ranks), [&](std::int64_t p) {
      return p <= model_.num_blocks && (wanted_.names("pipeline_par") || !even_balances(p).empty());
    });
  }

  // How the blocks of `p` stages may be balanced.
  std::vector<PipelineBalance> balances(std::int64_t p) const {
    std::vector<PipelineBalance> all;
    if (wanted_.names("pipeline_balance") && p > 1) {
      for (const std::int64_t value : wanted_.values("pipeline_balance")) {
        all.push_back(static_cast<PipelineBalance>(value));
      }
      return all;
    }
    all = even_balances(p);
    return all.empty() ? std::vector{PipelineBalance::kBlocks} : all;
  }

  Numbers context(std::int64_t ranks) const {
    constexpr std::int64_t kLeastTokens = 4096;  // of a rank
    const bool named = wanted_.names("context_par");
    return kept("context_par", divisors_of(ranks), [&](std::int64_t c) {
      const bool power = (c & (c - 1)) == 0;
      return model_.seq_size % c == 0 &&
             (named || (power && (c == 1 || model_.seq_size / c >= kLeastTokens)));
    });
  }

  Numbers microbatch(std::int64_t data_par) const {
    if (options_.batch_size % data_par != 0) {
      return {};
    }
    const std::int64_t own = options_.batch_size / data_par;
    if (wanted_.names("microbatch_size")) {
      return kept("microbatch_size", divisors_of(own), [](std::int64_t) { return true; });
    }
    Numbers sizes = {1, 2, 4, 8};
    std::erase_if(sizes, [&](std::int64_t b) { return own % b != 0; });
    return sizes;
  }

  Numbers expert_tensor(std::int64_t t) const {
    if (experts_ == 0) {
      return {1};
    }
    const Numbers tried = wanted_.names("expert_tensor_par") ? divisors_of(t)
                          : t > 1                            ? Numbers{1, t}
                                                             : Numbers{1};
    return kept("expert_tensor_par", tried, [](std::int64_t) { return true; });
  }

  Numbers expert(std::int64_t ranks, std::int64_t expert_tensor) const {
    if (experts_ == 0) {
      return {1};
    }
    return kept("expert_par", divisors_of(experts_),
                [&](std::int64_t e) { return ranks % e == 0 && ranks / e % expert_tensor == 0; });
  }

  Numbers interleavings(const CalibratedDegrees& d) const {
    const std::int64_t p = d.pipeline_par;
    const std::int64_t units =
        model_.num_blocks + (d.balance == PipelineBalance::kWithEmbedding ? 2 : 0);
    const std::int64_t microbatches = options_.batch_size / (d.data_par * d.microbatch_size);
    return kept("pipeline_interleaving", p == 1 ? Numbers{1} : divisors_of(units / p),
                [&](std::int64_t v) { return v == 1 || microbatches % p == 0; });
  }

  template <class Keep>
  Numbers kept(std::string_view key, Numbers numbers, const Keep& keep) const {
    std::erase_if(numbers, [&](std::int64_t n) { return !keep(n) || !wanted_.accepts(key, n); });
    return numbers;
  }

  // Balances with which all stages are equal.
  std::vector<PipelineBalance> even_balances(std::int64_t p) const {
    if (model_.num_blocks % p == 0) {
      return {PipelineBalance::kBlocks};
    }
    if (p > 1 && (model_.num_blocks + 2) % p == 0) {
      return {PipelineBalance::kWithEmbedding};
    }
    return {};
  }

  const Numbers& divisors_of(std::int64_t number) const {
    const auto [entry, is_new] = divisors_.try_emplace(number);
    if (is_new) {
      entry->second = divisors(number);
    }
    return entry->second;
  }

  const Transformer& model_;
  const WantedSettings& wanted_;
  const CalibratedSpaceOptions& options_;
  double domain_;
  std::int64_t experts_;
  mutable std::map<std::int64_t, Numbers> divisors_;
};

}  // namespace

std::vector<CalibratedDegrees> calibrated_degrees(const Transformer& model, double domain,
                                                  const CalibratedSpaceOptions& options) {
  return DegreeLoops(model, domain, options).all();
}

}  // namespace calculon
