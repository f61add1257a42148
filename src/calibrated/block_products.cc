#include "calibrated/block_time.h"

namespace calculon {
namespace {

enum class Cut { kWidth, kDepth };  // which side of the weights the tensor group shares

class ProductList {
 public:
  explicit ProductList(const ProductLaw& law) : law_(law) {}

  void add(std::string_view name, ProductPart part, Cut cut, double m, double n, double k,
           double count = 1) {
    BlockProduct& row = list_.rows[list_.size++];
    row = {name, part, m, n, k, count, law_.seconds(m, n, k, count), law_.seconds(m, k, n, count)};
    row.backward +=
        cut == Cut::kWidth ? law_.seconds(n, k, m, count) : law_.seconds(k, n, m, count);
  }
  // The two or three matrices of an MLP of `width` per rank.
  void add_mlp(std::string_view in, std::string_view out, const RankShape& s, double m,
               double gated_width, double width, double count = 1) {
    add(in, ProductPart::kMlp, Cut::kWidth, m, gated_width, s.hidden, count);
    add(out, ProductPart::kMlp, Cut::kDepth, m, s.hidden, width, count);
  }
  const BlockProducts& list() const { return list_; }

 private:
  const ProductLaw& law_;
  BlockProducts list_;
};

void add_attention(ProductList& list, const RankShape& s) {
  using enum ProductPart;
  const double m = s.tokens;
  if (s.latent) {
    list.add("latent down", kAttention, Cut::kWidth, m, s.query_rank + s.kv_rank + s.rope_width,
             s.hidden);
    list.add("query up", kLatentUp, Cut::kWidth, m, s.heads * s.query_width / s.tensor,
             s.query_rank > 0 ? s.query_rank : s.hidden);
    list.add("key/value up", kLatentUp, Cut::kWidth, m,
             s.heads * (s.nope_width + s.value_width) / s.tensor, s.kv_rank);
  } else {
    const double kv_heads = s.kv_heads > s.tensor ? s.kv_heads : s.tensor;  // of the group
    list.add("QKV", kAttention, Cut::kWidth, m, (s.heads + 2 * kv_heads) * s.head / s.tensor,
             s.hidden);
  }
  list.add("attention output", kAttention, Cut::kDepth, m, s.hidden,
           s.heads * s.value_width / s.tensor);
}

}  // namespace

BlockProducts block_products(const RankShape& s, bool experts, const ProductLaw& law) {
  ProductList list(law);
  add_attention(list, s);
  const double matrices = 1 + s.gates;
  if (!experts) {
    list.add_mlp("MLP in", "MLP out", s, s.tokens, matrices * s.feedforward / s.tensor,
                 s.feedforward / s.tensor);
    return list.list();
  }
  const double sent = s.sequences * s.sequence * s.expert_tensor * s.top_k * s.expert_par;
  list.add_mlp("experts in", "experts out", s, sent / (s.context * s.tensor * s.experts),
               matrices * s.expert_width / s.expert_tensor, s.expert_width / s.expert_tensor,
               s.experts / s.expert_par);
  if (s.shared_width > 0) {
    list.add_mlp("shared expert in", "shared expert out", s, s.tokens,
                 matrices * s.shared_width / s.tensor, s.shared_width / s.tensor);
  }
  return list.list();
}

}  // namespace calculon
