import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MailOutbox } from './mail-outbox.js';
import { MailSender } from './mail.sender.js';
import { WaitingMail } from './waiting-mail.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([WaitingMail])],
  providers: [MailOutbox, MailSender],
  exports: [MailOutbox, MailSender],
})
export class MailModule {}
