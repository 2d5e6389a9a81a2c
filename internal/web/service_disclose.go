package web

import (
	"context"

	"lemniscaat/internal/screen"
)

// Disclosing is what can be taken along as proof: receipts of decisions, and what an
// organisation shows of a regulation, a proposal and its use of personal data.
type Disclosing interface {
	// DecisionReceipt gives the receipt of a decision whose case is here; ErrNotFound
	// for one of another system. HouseholdReceipt gives that of what one regulation
	// gives a household; nothing of it is kept.
	DecisionReceipt(ctx context.Context, who, decision string) ([]byte, error)
	HouseholdReceipt(ctx context.Context, in screen.EntitlementInput, regulation string) ([]byte, error)
	CheckReceipt(ctx context.Context, in screen.ReceiptInput) (screen.ReceiptCheck, error)
	ReceiptKeys() ([]byte, error)

	// Disclosures says what there is of a regulation; Disclosure makes one file.
	Disclosures(ctx context.Context, regulation string) (screen.DisclosureView, error)
	AllDisclosures(ctx context.Context) ([]screen.DisclosureView, error)
	Disclosure(ctx context.Context, regulation, file string) ([]byte, error)
	ArchiveForm(ctx context.Context, who, proposal string) (screen.ArchiveView, error)
	Archive(ctx context.Context, who string, in screen.ArchiveInput) ([]byte, error)
	// Activities is the register of processing activities.
	Activities(ctx context.Context) ([]screen.ActivityView, error)
}

// Delivering is what goes out of the installation, for managers. A refusal of
// Redeliver, GiveUpDelivery or ResumeDelivery says that somebody else was first.
type Delivering interface {
	Delivery(ctx context.Context, asked screen.Asked) (screen.DeliveryView, error)
	Redeliver(ctx context.Context, message string) error
	// GiveUpDelivery throws a message away; by is an account.
	GiveUpDelivery(ctx context.Context, by, message, reason string) error
	ResumeDelivery(ctx context.Context, receiver string) error
}
