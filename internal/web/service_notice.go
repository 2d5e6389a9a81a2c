package web

import (
	"context"

	"lemniscaat/internal/screen"
)

// NoticeService is what tells a person that something happened.
type NoticeService interface {
	Notices(ctx context.Context, who string, asked screen.Asked) (screen.NoticeListView, error)
	// ReadNotices marks as read what the page showed.
	ReadNotices(ctx context.Context, who string, m screen.NoticeMark) error
	NoticeSettings(ctx context.Context, who string) (screen.NoticeSettingsView, error)
	SetNotices(ctx context.Context, who string, in screen.NoticeSettingsInput) error
}
